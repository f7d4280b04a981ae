import { getNamedType, type GraphQLInterfaceType, type GraphQLObjectType } from 'graphql';
import type { Viewer } from '../../src/access';
import type { TestHub } from '../support/hub';
import { InProcess } from '../support/in-process';
import type { Caller } from '../support/network';
import { nhsNumber } from '../support/people';
import type { FeedClient } from '../support/socket';
import { until } from '../support/until';
import { type Cell, type Seat, seats } from './field-rules';
import { sampleOf, Shown, Walk } from './schema-walk';
import { ods, type Story } from './story';
import { idOf, standAt, tellWholeStory, type WholeStory } from './whole-story';

type Row = Record<string, unknown>;

/** What the hub showed and let do from one seat, over all roots of the schema and all stories. */
export interface Findings {
  shown: Shown;
  /** Of each look at a referral or a person: what it said was missing, and why. */
  redactions: { of: 'Referral' | 'Person'; said: Record<string, string> }[];
  /** By mutation: a done, p not permitted, - as for a random id; any other code says that the sample is at fault. */
  mutations: Map<string, Cell | string>;
  feed: Feed;
  /** Its referrals, read directly, by id: what an event must show of them. */
  referrals: Map<unknown, unknown>;
}
interface Feed {
  pushed: Row[];
  queried: Row[];
}

/** Inputs that cannot be guessed from their names and types. */
const more: Record<string, (samples: Row) => Row> = {
  closeReferral: () => ({ result: 'OTHER', planDeclined: true }),
  createReferral: () => ({ service: undefined }),
  extendSupport: () => ({ contacts: 20 }),
  publishServiceParameters: () => ({ version: 3 }),
  setPracticeShare: () => ({ practitioner: undefined }),
  recordPlan: () => ({ whatMatters: 'Company' }),
  updateCapacity: () => ({ paused: true }),
  recordProxy: () => ({ nhsNumber: nhsNumber(92), expiresOn: soon() }),
  recordContact: () => ({ attendance: 'ATTENDED' }),
  recordMeasurement: () => ({ instrument: 'UCLA-3', score: 7 }),
};
const soon = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
/** Where an open referral may stand when somebody tries something with it: what works nowhere else is tried in the others too. */
const STATUSES = ['ACTIVE', 'RECEIVED', 'ACCEPTED', 'PAUSED'];

/** Sits down in each seat in turn and asks for everything there is. */
export class Survey {
  readonly findings = new Map<Seat, Findings>();
  private readonly walk: Walk;
  private readonly viewers = new Map<string, Promise<Viewer>>();
  private readonly feeds = new Map<string, Promise<Feed>>();
  private ids: Row = {};

  private constructor(
    private readonly hub: TestHub,
    private readonly desk: InProcess,
    private readonly whole: WholeStory,
  ) {
    this.walk = new Walk(desk.schema);
  }

  static async of(hub: TestHub): Promise<Survey> {
    const survey = new Survey(hub, await InProcess.of(hub), await tellWholeStory(hub));
    const { service, programme } = survey.whole;
    const network = await idOf(hub, 'select id from hub.network', 'net');
    const receiver = await hub.organisation(ods.linkWorker);
    survey.ids = { network, receiver, service, programme, practice: await hub.organisation(ods.gp) };
    await until(
      'no event is pending',
      async () => !(await hub.database.asAdmin('select from hub.outbox_pending limit 1')).length,
    );
    for (const seat of seats) await survey.sit(seat);
    await survey.lookUpAll();
    await survey.tryAll();
    return survey;
  }

  get schema() {
    return this.desk.schema;
  }

  private async sit(seat: Seat): Promise<void> {
    const findings: Findings = {
      shown: new Shown(this.schema),
      redactions: [],
      mutations: new Map(),
      feed: { pushed: [], queried: [] },
      referrals: new Map(),
    };
    this.findings.set(seat, findings);
    for (const story of this.stories) await this.readAll(seat, story, findings);
    await this.follow(seat, findings);
  }

  private get stories() {
    const { closed, waiting, declined, unanswered } = this.whole;
    return [closed, waiting, declined, unanswered];
  }

  private viewer(seat: Seat, story: Story): Promise<Viewer> {
    const caller = seat.caller === 'patient' ? story.herself : seat.caller;
    const key = JSON.stringify(caller);
    const known = this.viewers.get(key) ?? this.desk.viewer(caller);
    this.viewers.set(key, known);
    return known;
  }

  private async ask(seat: Seat, story: Story, query: string, variables: Row = {}): Promise<Row> {
    const { data, errors } = await this.desk.ask(await this.viewer(seat, story), query, variables);
    if (errors) throw new Error(`as ${seat.name}: ${query}\n${JSON.stringify(variables)}\n${JSON.stringify(errors)}`);
    return data;
  }

  /** Every root but the feed, with ids of this story. */
  private async readAll(seat: Seat, story: Story, { shown, redactions, referrals }: Findings): Promise<void> {
    const query = this.schema.getQueryType() as GraphQLObjectType;
    const referral = story[seat.part];
    const { network, service, programme, receiver } = this.ids;
    const byType: Record<string, unknown[]> = {
      Network: [network],
      Organisation: [receiver, this.whole.ended, await this.hub.organisation(ods.charity)],
      Service: [service],
      Programme: [programme],
      Person: [story.person],
    };
    for (const field of Object.values(query.getFields()).filter(({ name }) => name !== 'feedback')) {
      const type = getNamedType(field.type).name;
      for (const id of byType[type] ?? [referral]) {
        const { query: look, variables } = this.walk.root(field, { ...this.samplesOf(seat, story), id });
        const data = await this.ask(seat, story, look, variables);
        shown.add(query, data);
        const found = data[field.name] as Row | null;
        if (field.name === 'referral') referrals.set(referral, found);
        if (found && (field.name === 'referral' || field.name === 'person'))
          redactions.push({ of: type as 'Referral' | 'Person', said: reasonsOf(found['redactions'] as Row[]) });
      }
    }
  }

  /** Its feed by query and by push, each event with all it holds and the referral as read at that moment. */
  private async follow(seat: Seat, findings: Findings): Promise<void> {
    const known = this.feeds.get(seat.caller) ?? this.readFeed(seat);
    this.feeds.set(seat.caller, known);
    findings.feed = await known;
    const event = this.schema.getType('FeedbackEvent') as GraphQLObjectType;
    // of its own referral alone: of another the same party may know more or less
    for (const pushed of findings.feed.pushed)
      if (findings.referrals.has((pushed['referral'] as Row | null)?.['id'])) findings.shown.add(event, pushed);
    findings.shown.values.set('Subscription.feedback', findings.feed.pushed);
    findings.shown.values.set('Query.feedback', findings.feed.queried);
  }

  private async readFeed(seat: Seat): Promise<Feed> {
    const referral = `referral { ${this.walk.all(this.schema.getType('Referral') as GraphQLObjectType)} }`;
    const event = this.walk.all(this.schema.getType('FeedbackEvent') as GraphQLObjectType);
    const selection = event.replace('referral { id }', referral);
    const page = await this.ask(seat, this.whole.closed, `query Feed { feedback { nodes { ${selection} } } }`);
    const socket = await this.replay(
      seat,
      `subscription Feed { feedback { __typename ... on FeedbackEvent { ${selection} } } }`,
    );
    const pushed = socket.events.map(({ __typename, ...fields }: Row) => fields);
    return { pushed, queried: (page['feedback'] as { nodes: Row[] }).nodes };
  }

  /** All of a feed so far. So much asked of each event may take longer than the hub allows a busy machine: a client comes back then. */
  private async replay(seat: Seat, document: string): Promise<FeedClient> {
    for (let tries = 1; ; tries++) {
      const socket = await this.hub.socket(seat.caller === 'patient' ? this.whole.closed.herself : seat.caller);
      socket.subscribe({}, document);
      // a heartbeat comes once everything before it has been sent
      const done = () =>
        socket.messages.some(({ type, payload }) => {
          if (
            type === 'error' ||
            payload?.errors?.some(({ extensions }: Row) => (extensions as Row)['code'] !== 'SERVICE_UNAVAILABLE')
          )
            throw new Error(JSON.stringify(payload).slice(0, 500));
          return payload?.data?.feedback?.__typename === 'FeedHeartbeat';
        });
      await socket.received('all there is', () => done() || socket.closed, 30_000);
      socket.kill();
      if (done() || tries === 5) return socket;
    }
  }

  /** Whatever anybody was shown the id of, everybody looks up. */
  private async lookUpAll(): Promise<void> {
    const node = this.schema.getType('Node') as GraphQLInterfaceType;
    for (const type of this.schema.getPossibleTypes(node).filter(({ name }) => !this.walk.own.has(name))) {
      const ids = new Set(
        [...this.findings.values()].flatMap(({ shown }) => shown.values.get(`${type.name}.id`) ?? []),
      );
      for (const [seat, { shown }] of this.findings)
        for (const id of [...ids].slice(0, 10)) {
          const query = `query Look { node(id: "${id}") { ... on ${type.name} { ${this.walk.all(type)} } } }`;
          const found = (await this.ask(seat, this.whole.closed, query))['node'] as Row | null;
          if (found) shown.add(type, found);
        }
    }
  }

  /** Tries every mutation on the open story wherever it may stand, and undoes it again. */
  private async tryAll(): Promise<void> {
    const { waiting } = this.whole;
    const mutations = Object.keys(this.schema.getMutationType()?.getFields() ?? {});
    for (const status of STATUSES) {
      await standAt(this.hub, [waiting.referral, waiting.onward], status);
      for (const [seat, findings] of this.findings)
        for (const mutation of mutations) {
          const before = findings.mutations.get(mutation);
          if (before === 'a' || (before && seat.part === 'referral' && !findings.referrals.get(waiting.referral)))
            continue;
          const outcome = await this.try(seat, mutation, status === STATUSES[0] ? findings.shown : undefined);
          if (!before || RANK.indexOf(outcome) > RANK.indexOf(before)) findings.mutations.set(mutation, outcome);
        }
    }
  }

  /** What became of it; what its payload showed of this seat's referral is kept where it is asked for. */
  private async try(seat: Seat, mutation: string, shown?: Shown): Promise<string> {
    const field = this.schema.getMutationType()?.getFields()[mutation];
    const [argument] = field?.args ?? [];
    if (!field || !argument) throw new Error(`${mutation} takes no input`);
    const { waiting } = this.whole;
    const samples = this.samplesOf(seat, waiting);
    const payload = getNamedType(field.type) as GraphQLObjectType;
    const selection = shown ? this.walk.payload(payload) : 'userErrors { code message }';
    const query = `mutation Try($input: ${String(argument.type)}) { ${mutation}(input: $input) { ${selection} } }`;
    const input = sampleOf(argument.type, 'input', { ...samples, ...more[mutation]?.(samples) });
    const answer = await this.desk.ask(await this.viewer(seat, waiting), query, { input }, { undo: true });
    if (answer.errors) throw new Error(`${mutation} as ${seat.name}: ${JSON.stringify(answer.errors)}`);
    const result = answer.data[mutation] as Row & { userErrors: { code: string; message: string }[] };
    const referral = result['referral'] as Row | null | undefined;
    if (!referral || referral['id'] === samples['referral']) shown?.add(payload, result);
    const [error] = result.userErrors;
    if (!error) return 'a';
    // to a person the directory is empty, so what she names there is unknown
    if (seat.caller === 'patient' && error.code === 'INVALID') return '-';
    return CELLS[error.code] ?? `${error.code} ${error.message}`;
  }

  private samplesOf(seat: Seat, story: Story): Row {
    const consent = { givenBy: 'person', givenAt: '2026-03-02T10:00:00Z', shareWith: ['PRIMARY_CARE'] };
    return {
      ...this.ids,
      practitioner: this.whole.practitioners[seat.caller as Caller] ?? this.whole.practitioners.linkWorker,
      entry: this.whole.missed[seat.part],
      escalation: this.whole.escalation,
      proxy: this.whole.proxy,
      referral: story[seat.part],
      person: story.person,
      nhsNumber: story.nhsNumber,
      eventIds: [this.whole.joined[seat.part]],
      consent,
      olderThanDays: 0,
      first: 100,
      reasons: ['volunteering'],
      route: 'general-practice',
      idempotencyKey: 'try',
    };
  }
}

const CELLS: Record<string, Cell> = { NOT_PERMITTED: 'p', NOT_FOUND: '-', NO_AGREEMENT: '-' };
/** The best that becomes of it over all statuses counts. */
const RANK = ['-', 'p', 'a'];

const reasonsOf = (redactions: Row[]): Record<string, string> =>
  Object.fromEntries(redactions.map((each) => [String(each['field']), String(each['reason'])]));
