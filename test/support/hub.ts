import { type Claims, signDemoToken } from '../../src/access';
import { Importer, loadNetwork } from '../../src/connectors';
import { createLogger } from '../../src/kernel';
import { Hub, type HubOptions } from '../../src/server';
import { createTestDatabase, type TestDatabase } from './database';
import { type Caller, callers, network, type ServiceSpec } from './network';
import { connect, type FeedClient } from './socket';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read what they asked for
export interface GraphResult<Data = Record<string, any>> {
  data: Data;
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
}

/** A hub on a database of its own, with real sockets, and ways to ask it as anybody. */
export class TestHub {
  private tokens = new Map<string, Promise<string>>();
  private sockets: FeedClient[] = [];
  private keys = 0;

  private constructor(
    readonly database: TestDatabase,
    public hub: Hub,
    private readonly options: HubOptions,
  ) {}

  static async start(options: Partial<HubOptions> = {}, { bare = false } = {}): Promise<TestHub> {
    const database = await createTestDatabase();
    const all: HubOptions = {
      address: database.address,
      database: database.name,
      trust: { demo: true },
      secret: 'a secret of the tests alone, long enough',
      logger: createLogger('silent'),
      port: 0,
      openIntrospection: true,
      ...options,
    };
    const hub = await Hub.start(all);
    const started = new TestHub(database, hub, all);
    if (!bare) await loadNetwork(hub.services.database, network);
    return started;
  }

  /** Another node on the same database. */
  secondNode(options: Partial<HubOptions> = {}): Promise<Hub> {
    return Hub.start({ ...this.options, ...options, port: 0 });
  }

  get url(): string {
    return this.hub.url;
  }

  token(caller: Caller | Claims): Promise<string> {
    const claims: Claims = typeof caller === 'string' ? callers[caller] : caller;
    const key = JSON.stringify(claims);
    const known = this.tokens.get(key) ?? signDemoToken(claims);
    this.tokens.set(key, known);
    return known;
  }

  async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** The response as text, byte for byte. */
  async raw(caller: Caller | Claims, query: string, variables?: object): Promise<string> {
    const answer = await this.post({ query, variables }, { authorization: `Bearer ${await this.token(caller)}` });
    return answer.text();
  }

  async ask(caller: Caller | Claims, query: string, variables?: object): Promise<GraphResult> {
    return JSON.parse(await this.raw(caller, query, variables)) as GraphResult;
  }

  /** The data of an answer that must hold no errors. */
  async read(caller: Caller | Claims, query: string, variables?: object): Promise<GraphResult['data']> {
    const { data, errors } = await this.ask(caller, query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Sends one mutation by its name; gives its payload. */
  async send(caller: Caller | Claims, mutation: string, input: object, selection = ''): Promise<GraphResult['data']> {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const inputType = ACTIONS.has(mutation)
      ? 'ReferralActionInput'
      : DECLINES.has(mutation)
        ? 'DeclineReferralInput'
        : type;
    const document = `mutation Send($input: ${inputType}!) { ${mutation}(input: $input) { ${selection || DEFAULTS[mutation] || 'referral { id status version }'}
      userErrors { code message path ... on IllegalTransition { from allowed } } } }`;
    const data = await this.read(caller, document, { input: { idempotencyKey: `key-${++this.keys}`, ...input } });
    return data[mutation];
  }

  /** Like send, for what must succeed. */
  async done(caller: Caller | Claims, mutation: string, input: object, selection = ''): Promise<GraphResult['data']> {
    const payload = await this.send(caller, mutation, input, selection);
    if (payload['userErrors'].length) throw new Error(JSON.stringify(payload['userErrors']));
    return payload;
  }

  /** The global id of an organisation, by ODS code. */
  async organisation(ods: string): Promise<string> {
    const [row] = await this.database.asAdmin<{ id: string }>(
      'select organisation_id as id from hub.organisation_identifier where value = $1',
      [ods],
    );
    return `org_${row?.id}`;
  }

  /** Puts a service into the directory through the Open Referral UK connector; gives its global id. */
  async service(spec: ServiceSpec): Promise<string> {
    const {
      id,
      organisation,
      name = `Service ${id}`,
      accepting = true,
      minimumAge,
      areas = ['HA1'],
      categories = [],
    } = spec;
    const feed = {
      contents: [
        {
          id,
          name,
          status: accepting ? 'active' : 'temporarily closed',
          minimum_age: minimumAge,
          attributes: categories.map((term) => ({
            id: `${id}-${term}`,
            taxonomy_term: { id: term, name: term, term },
          })),
          funding: spec.fundingEndsOn ? [{ id: `${id}-f`, source: 'A trust', valid_to: spec.fundingEndsOn }] : [],
          organization: {
            id: `org-${organisation}`,
            name: organisation,
            description: 'x',
            organization_identifiers: [
              { id: '1', identifier_scheme: 'GB-ODS', identifier_type: 'ODS', identifier: organisation },
            ],
          },
          service_areas: areas.map((area) => ({ id: `${id}-${area}`, name: area, service_area: area })),
        },
      ],
    };
    const files = [{ name: `${id}.json`, bytes: Buffer.from(JSON.stringify(feed)) }];
    const summary = await new Importer(this.hub.services.database).run({ format: 'oruk', files });
    if (summary.applied !== 1) throw new Error(`the service did not go in: ${JSON.stringify(summary)}`);
    const [row] = await this.database.asAdmin<{ id: string }>('select id from hub.service where external_id = $1', [
      id,
    ]);
    return `srv_${row?.id}`;
  }

  async socket(caller: Caller | Claims): Promise<FeedClient> {
    const client = await connect(this.url, await this.token(caller));
    this.sockets.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.kill();
    await this.hub.stop();
    await this.database.drop();
  }
}

const ACTIONS = new Set(['acceptReferral', 'placeOnWaitingList', 'startReferral', 'pauseReferral', 'resumeReferral']);
const DECLINES = new Set(['declineReferral', 'cancelReferral', 'withdrawReferral']);
const DEFAULTS: Record<string, string> = {
  recordContact: 'contact { id } referral { id status version }',
  recordMeasurement: 'measurement { id score items { key value } } referral { id status }',
  recordConsent: 'consent { id } person { id }',
  withdrawConsent: 'consent { id } person { id }',
  acknowledgeFeedback: 'acknowledged',
  nameRoute: 'route { key label }',
  publishServiceParameters: 'programme { id parametersVersion }',
  recordSignpost: 'recorded',
  setPracticeShare: 'share { quota used }',
  updateCapacity: 'service { id paused placesLeft acceptingReferrals }',
};
