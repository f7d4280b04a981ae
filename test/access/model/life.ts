import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../../src/access';
import type { GraphResult } from '../../support/hub';
import type { InProcess } from '../../support/in-process';
import type { Caller } from '../../support/network';
import { adult, consent, nhsNumber } from '../../support/people';
import { until } from '../../support/until';
import { expected, expectedFeed, type Facts, FEED, type Heard, LOOK, seen } from './facts';
import { Model } from './model';
import { type Actor, type Given, type Herself, isPerson, moves, type Op, type Org, sectors } from './words';
import { ods, register } from '../story';

const MUTATIONS: Record<keyof typeof moves, [string, object?]> = {
  ACCEPT: ['acceptReferral'],
  DECLINE: ['declineReferral', { reason: 'CAPACITY' }],
  PLACE_ON_WAITING_LIST: ['placeOnWaitingList'],
  START: ['startReferral'],
  PAUSE: ['pauseReferral'],
  RESUME: ['resumeReferral'],
  CLOSE: ['closeReferral', { result: 'OTHER', summary: 'x', selfManagementPlan: 'x' }],
  CANCEL: ['cancelReferral', { reason: 'x' }],
  WITHDRAW: ['withdrawReferral', { reason: 'x' }],
};
const INPUTS: Record<string, string> = {
  declineReferral: 'DeclineReferralInput',
  cancelReferral: 'DeclineReferralInput',
  withdrawReferral: 'DeclineReferralInput',
};
const inputOf = (mutation: string) =>
  INPUTS[mutation] ??
  (/^(accept|start|pause|resume|placeOn)/.test(mutation)
    ? 'ReferralActionInput'
    : `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`);

/** The organisations of the tests, their viewers and how far each has read its feed: the same for every story. */
export class World {
  readonly names = new Map<string, string>();
  readonly viewers = new Map<Org, Viewer>();
  readonly ids = new Map<Org, string>();
  readonly services = new Map<string, string>();
  people = 0;

  private constructor(
    readonly desk: InProcess,
    readonly tellsHolders: boolean,
  ) {}

  static async of(desk: InProcess): Promise<World> {
    const { database } = desk.hub;
    const [told] = await database.asAdmin<{ told: boolean }>(
      "select exists (select from pg_proc where prosrc like '%''POSSIBLE_ACTIVE_REFERRAL''%') as told",
    );
    const world = new World(desk, told?.told ?? false);
    for (const org of Object.keys(sectors) as Org[]) {
      const viewer = await desk.viewer(org satisfies Caller);
      world.viewers.set(org, viewer);
      world.ids.set(org, `org_${viewer.party}`);
      world.names.set(`org_${viewer.party}`, org);
    }
    for (const org of ['charity', 'otherCharity'] as const)
      world.services.set(org, await desk.hub.service({ id: `model-${org}`, organisation: ods[org], areas: [] }));
    return world;
  }

  idsOf = (orgs: Org[]) => orgs.map((org) => this.ids.get(org) as string);
}

/** One story, lived through by a hub and by the model. What differs is a problem. */
export class Life {
  readonly problems: string[] = [];
  readonly told: string[] = [];
  checks = 0;
  readonly model: Model;
  private readonly names = new Map<string, string>();
  private readonly referrals: { id: string; reference: string }[] = [];
  private readonly people: [number, number];
  /** Where each feed stood when the story began. */
  private readonly heads = new Map<Org, string>();
  private since = '';
  private keys = 0;

  constructor(private readonly world: World) {
    this.model = new Model(world.tellsHolders);
    this.people = [world.people++, world.people++];
  }

  private get desk() {
    return this.world.desk;
  }
  private get database() {
    return this.desk.hub.database;
  }
  private name = (id: string) => this.names.get(id) ?? this.world.names.get(id) ?? id;
  private viewer = async (who: Actor) =>
    isPerson(who)
      ? this.desk.viewer({ nhs_number: nhsNumber(this.people[Number(who.at(-1))] as number), roles: [] })
      : (this.world.viewers.get(who) as Viewer);

  async begin(): Promise<void> {
    await register(this.desk.hub, this.people[0], ods.practice);
    await this.sequenced();
    const [now] = await this.database.asAdmin<{ now: Date }>('select clock_timestamp() as now');
    this.since = (now?.now ?? new Date()).toISOString();
    for (const [who, viewer] of this.world.viewers)
      this.heads.set(
        who,
        (await this.desk.ask(viewer, 'query Head { feedback(first: 0) { headCursor } }')).data['feedback'].headCursor,
      );
  }

  private sequenced(): Promise<unknown> {
    return until('no event is pending', async () => {
      await this.database.asAdmin('select hub.sequence_events(1000)');
      return !(await this.database.asAdmin('select from hub.outbox_pending limit 1')).length;
    });
  }

  /** One step: what its actor is told must be what the model says; of something hidden, what a random id is told. */
  async step(op: Op): Promise<void> {
    const hidden =
      op.do !== 'refer' && op.do !== 'let consent run out' ? this.referrals[op.on % this.referrals.length] : undefined;
    const outcome = this.model.apply(op);
    this.told.push(`${JSON.stringify(op)} → ${outcome}`);
    if (op.do === 'let consent run out') return this.letConsentRunOut();
    const viewer = await this.viewer(op.by);
    const [mutation, input] = this.requestOf(op, hidden?.id ?? '');
    const answer = await this.send(viewer, mutation, input);
    this.compare(`${op.by} is told`, { outcome }, { outcome: answer.code ?? 'DONE' });
    if (outcome === 'NOT_FOUND' && hidden) {
      const id = `ref_${randomUUID()}`;
      const [, unknown] = this.requestOf(op, id);
      const person = 'person' in input && !('referral' in input) ? { person: `per_${randomUUID()}` } : {};
      this.compare(
        `${op.by} of something hidden is told`,
        { text: answer.text },
        { text: (await this.send(viewer, mutation, { ...unknown, ...person })).text },
      );
    }
    if (answer.referral) {
      const [row] = await this.database.asAdmin<{ reference: string; person: string }>(
        'select reference, person_id as person from hub.referral where id = $1',
        [answer.referral.slice(4)],
      );
      const referral = this.model.referrals.at(-1);
      if (!row || !referral) return;
      this.referrals.push({ id: answer.referral, reference: row.reference });
      for (const [id, name] of [
        [answer.referral, referral.name],
        [row.reference, referral.name],
        [`per_${row.person}`, referral.person],
      ] as const)
        this.names.set(id, name);
    }
  }

  private requestOf(
    op: Exclude<Op, { do: 'let consent run out' }>,
    referral: string,
  ): [string, Record<string, unknown>] {
    const reasons = ['volunteering'];
    if (op.do === 'refer')
      return [
        'createReferral',
        {
          person: adult(this.people[op.person] as number),
          receiver: this.world.ids.get(op.to),
          reasons,
          route: 'general-practice',
          consent: this.given(op.consent),
        },
      ];
    const person = [...this.names].find(
      ([id, name]) =>
        id.startsWith('per_') && name === this.model.referrals[op.on % this.model.referrals.length]?.person,
    )?.[0];
    switch (op.do) {
      case 'refer on':
        return [
          'createOnwardReferral',
          { referral, service: this.world.services.get(op.to), reasons, consent: this.given(op.consent) },
        ];
      case 'move':
        return [MUTATIONS[op.action][0], { referral, ...MUTATIONS[op.action][1] }];
      case 'meet':
        return ['recordContact', { referral, at: '2026-03-02T10:00:00Z', attendance: op.attendance }];
      case 'measure':
        return [
          'recordMeasurement',
          { referral, instrument: 'UCLA-3', occasion: op.occasion, score: 5, takenOn: '2026-03-02' },
        ];
      case 'agree': {
        const categories = op.careTeam ? ['care-team'] : [];
        const agreed = {
          person,
          consent: { ...this.given(op.consent), categories },
          ...(op.expires && { expiresOn: '2099-01-01' }),
        };
        return ['recordConsent', op.general ? agreed : { ...agreed, referral }];
      }
      case 'take back':
        return [
          'withdrawConsent',
          { person, ...(!op.everything && { referral }), ...(op.from && { organisations: this.world.idsOf(op.from) }) },
        ];
    }
  }
  private given = ({ shareWith, recipients, exclude }: Given) =>
    consent(shareWith, { recipients: recipients && this.world.idsOf(recipients), exclude: this.world.idsOf(exclude) });

  private async send(viewer: Viewer, mutation: string, input: object) {
    const selection = mutation.startsWith('create') ? 'referral { id }' : '';
    const query = `mutation Do($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) { ${selection} userErrors { code message path } } }`;
    const idempotencyKey = `${this.people[0]}-${++this.keys}`;
    const { data, errors } = await this.desk.ask(viewer, query, { input: { idempotencyKey, ...input } });
    const payload = data?.[mutation] as
      { referral?: { id: string } | null; userErrors: { code: string }[] } | undefined;
    return {
      text: JSON.stringify(payload ?? errors),
      code: errors ? 'ERROR' : payload?.userErrors[0]?.code,
      referral: payload?.referral?.id,
    };
  }

  private async letConsentRunOut(): Promise<void> {
    const ids = this.referrals.map(({ id }) => id.slice(4));
    await this.database.asAdmin(
      'update hub.referral_party set expires_on = current_date - 1 where ended_at is null and expires_on is not null and referral_id = any ($1)',
      [ids],
    );
    await this.database.asAdmin('select hub.expire_access()');
  }

  /** Everybody looks: rows, counts, pages and columns; each referral by its id; and its feed. */
  async look(): Promise<void> {
    await this.sequenced();
    await Promise.all(([...this.world.viewers.keys()] as Org[]).map((who) => this.lookAs(who)));
    for (const who of ['person0', 'person1'] as const) await this.lookAsHerself(who);
  }

  private async lookAs(who: Org): Promise<void> {
    const viewer = this.world.viewers.get(who) as Viewer;
    const facts = expected(this.model, who);
    this.compare(who, facts, seen((await this.desk.ask(viewer, LOOK, { since: this.since })).data, this.name));
    await this.lookUp(who, viewer, facts['referrals'] as string[]);
    await this.turnPages(who, viewer, facts['referrals'] as string[]);
    const after = this.heads.get(who);
    const { feedback } = (await this.desk.ask(viewer, FEED, { after })).data;
    const heard = feedback.nodes.map(
      (node: Record<string, { id: string } | null> & { kind: string; disclosure: string; reference: string }) => [
        node.kind,
        node.disclosure,
        this.name(node.reference),
        node['actor'] && this.name(node['actor'].id),
        node['referral'] && this.name(node['referral'].id),
        node['contact'] !== null,
      ],
    );
    this.compareFeeds(who, expectedFeed(this.model, who), heard);
  }

  /** By id, visible or not. */
  private async lookUp(who: Org, viewer: Viewer, visible: string[]): Promise<void> {
    if (!this.referrals.length) return;
    const [heads, fields] = [
      this.referrals.map((_, i) => `$id${i}: ID!`).join(', '),
      this.referrals.map((_, i) => `r${i}: referral(id: $id${i}) { id }`).join(' '),
    ];
    const ids = Object.fromEntries(this.referrals.map(({ id }, i) => [`id${i}`, id]));
    const { data } = await this.desk.ask(viewer, `query Each(${heads}) { ${fields} }`, ids);
    const found = Object.fromEntries(Object.entries(data).map(([name, value]) => [`${name} by id`, value !== null]));
    this.compare(
      who,
      Object.fromEntries(this.referrals.map((_, i) => [`r${i} by id`, visible.includes(`r${i}`)])),
      found,
    );
  }

  /** One by one, from cursor to cursor. */
  private async turnPages(who: Org, viewer: Viewer, visible: string[]): Promise<void> {
    const query = `query Page($since: DateTime!, $after: String) { referrals(filter: { receivedAfter: $since }, first: 2, after: $after, orderBy: OLDEST) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
    const turned: string[] = [];
    for (let after: string | null = null, more = visible.length > 2; more;) {
      const answer: GraphResult = await this.desk.ask(viewer, query, { since: this.since, after });
      const { referrals } = answer.data;
      turned.push(...referrals.nodes.map(({ id }: { id: string }) => this.name(id)));
      ({ endCursor: after, hasNextPage: more } = referrals.pageInfo);
    }
    if (visible.length > 2) this.compare(who, { pages: visible }, { pages: turned });
  }

  /** A person's lists are empty; what is kept for her feed is told to her by roots of her own. */
  private async lookAsHerself(who: Herself): Promise<void> {
    const viewer = await this.viewer(who);
    const { data } = await this.desk.ask(viewer, LOOK, { since: this.since });
    this.compare(who, { referrals: [], 'referrals.count': 0 }, seen(data, this.name));
    const heard = await this.database.asAdmin<{ kind: string; disclosure: string; reference: string }>(
      'select e.kind, f.disclosure, e.reference from hub.party_feed f join hub.event e on e.ordinal = f.event_ordinal where f.party = $1 order by f.seq',
      [viewer.party],
    );
    this.compareFeeds(
      who,
      expectedFeed(this.model, who),
      heard.map(({ kind, disclosure, reference }): Heard => [kind, disclosure, this.name(reference)]),
    );
  }

  /** In order; but what one step made of several referrals may come in any order of these. */
  private compareFeeds(who: Actor, model: { step: number; heard: Heard }[], hub: Heard[]): void {
    const settled = (events: Heard[]) => {
      const places = events.map((event, i) => ({ event, i, step: model[i]?.step ?? Number.MAX_SAFE_INTEGER }));
      places.sort(
        (one, other) => one.step - other.step || one.event[2].localeCompare(other.event[2]) || one.i - other.i,
      );
      return Object.fromEntries(places.map(({ event }, i) => [`event ${i + 1}`, event]));
    };
    this.compare(who, settled(model.map(({ heard }) => heard)), settled(hub));
  }
  private compare(who: string, model: Facts, hub: Facts): void {
    for (const fact of new Set([...Object.keys(model), ...Object.keys(hub)])) {
      this.checks += 1;
      const [wanted, got] = [JSON.stringify(model[fact]), JSON.stringify(hub[fact])];
      if (wanted !== got) this.problems.push(`${who}, ${fact}: the model says ${wanted}, the hub ${got}`);
    }
  }
}
