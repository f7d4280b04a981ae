import { asIdentity, sql } from '../../src/database';
import { adult, consent } from '../support/people';
import type { Random } from '../support/random-operation';
import type { Doors } from './cluster';
import { type Answer, post } from './http';
import type { Ledger } from './ledger';
import type { Member, Pair, World } from './world';

const DOCUMENTS: Record<string, string> = {};
const INPUTS: Record<string, string> = {
  createReferral: 'CreateReferralInput',
  recordContact: 'RecordContactInput',
  recordConsent: 'RecordConsentInput',
  withdrawConsent: 'WithdrawConsentInput',
  closeReferral: 'CloseReferralInput',
};
const SELECTIONS: Record<string, string> = {
  recordConsent: 'consent { id }',
  withdrawConsent: 'consent { id }',
};

const documentOf = (mutation: string) =>
  (DOCUMENTS[mutation] ??=
    `mutation Write($input: ${INPUTS[mutation] ?? 'ReferralActionInput'}!) { ${mutation}(input: $input) {
    ${SELECTIONS[mutation] ?? 'referral { id reference person { id } }'} userErrors { code message } } }`);

/** A referral that a writer works on. */
export interface Open {
  id: string;
  reference: string;
  person: string;
  pair: Pair;
  index: number;
}

/** What whoever referred does not hear of. */
const RECEIVERS_ALONE = new Set(['ATTENDANCE_RECORDED', 'CARE_TEAM_JOINED', 'CONSENT_CHANGED']);

/** How long a write may go unacknowledged, in milliseconds, before the torture gives up on the hub. */
const PATIENCE = 120_000;

/** Keeps a rate: turns come at even distances, and at once where they are late, but no more than a second's worth. */
export class Pace {
  private next = Date.now();

  constructor(public perSecond: number) {}

  async turn(): Promise<void> {
    const now = Date.now();
    this.next = Math.max(this.next + 1_000 / this.perSecond, now - 1_000);
    if (this.next > now) await new Promise((resolve) => setTimeout(resolve, this.next - now));
  }
}

/** Writes as organisations do, and keeps the ledger of what was acknowledged. */
export class Writers {
  writing = true;
  /** Attempts that brought no acknowledgement, by what came instead. */
  readonly unanswered = new Map<string, number>();
  byMutation = 0;
  bySql = 0;
  /** Told of every acknowledgement: when its last attempt began, and when it came. */
  onAcknowledged: (began: number, at: number) => void = () => undefined;
  private readonly running: Promise<void>[] = [];
  private index = 0;
  private key = 0;

  constructor(
    private readonly world: World,
    private readonly doors: Doors,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** Sends one mutation to any node until one acknowledges it, always under the same key. */
  async write(member: Member, mutation: string, input: object, key = `torture-${++this.key}`): Promise<Answer['data']> {
    const variables = { input: { idempotencyKey: key, ...input } };
    const deadline = Date.now() + PATIENCE;
    for (let attempt = 0; ; attempt++) {
      const began = Date.now();
      const answer = await post(this.doors.pick(this.random), member.token, documentOf(mutation), variables).catch(
        ({ code, message }: NodeJS.ErrnoException) => code ?? message,
      );
      const payload = typeof answer === 'string' ? undefined : answer.data?.[mutation];
      if (typeof answer !== 'string' && answer.status === 200 && !answer.errors && payload) {
        if (payload.userErrors.length) throw new Error(`${mutation} was refused: ${payload.userErrors[0].code}`);
        this.byMutation += 1;
        this.onAcknowledged(began, Date.now());
        return payload;
      }
      const what = typeof answer === 'string' ? answer : (answer.errors?.[0]?.extensions?.code ?? `${answer.status}`);
      this.unanswered.set(what, (this.unanswered.get(what) ?? 0) + 1);
      if (Date.now() > deadline) throw new Error(`${mutation} was not acknowledged within ${PATIENCE} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(250, 10 * 2 ** attempt) * this.random.next()));
    }
  }

  /** Opens a referral of a new invented person. */
  async open(pair: Pair): Promise<Open> {
    const index = this.index++;
    const { referral } = await this.write(pair.practice, 'createReferral', {
      receiver: `org_${pair.receiver.party}`,
      route: 'general-practice',
      reasons: ['social-engagement-or-isolation'],
      person: adult(index),
      consent: consent(['PRIMARY_CARE', 'SOCIAL_CARE', 'VOLUNTARY']),
    });
    const opened = { id: referral.id, reference: referral.reference, person: referral.person.id, pair, index };
    this.note(opened, ['REFERRAL_RECEIVED']);
    return opened;
  }

  /** One move or record by the receiver; all parties of the referral, or those given, must hear these kinds. */
  async act(referral: Open, mutation: string, kinds: readonly string[], more: object = {}) {
    await this.write(referral.pair.receiver, mutation, { referral: referral.id, ...more });
    this.note(referral, kinds);
  }

  async start(pair: Pair): Promise<Open> {
    const referral = await this.open(pair);
    await this.act(referral, 'acceptReferral', ['REFERRAL_ACCEPTED']);
    await this.act(referral, 'startReferral', ['SUPPORT_STARTED']);
    return referral;
  }

  private note({ reference, pair }: Open, kinds: readonly string[]): void {
    const all = [pair.practice.party, pair.receiver.party];
    const events = kinds.map((kind) => ({ kind, parties: RECEIVERS_ALONE.has(kind) ? [pair.receiver.party] : all }));
    this.ledger.acknowledge(reference, events);
  }

  /** Whole referrals through the hub's mutations, one write after the other, until told to stop. */
  mutate(workers: number, pace: Pace): void {
    for (let i = 0; i < workers; i++) this.running.push(this.work(pace));
  }

  private async work(pace: Pace): Promise<void> {
    while (this.writing) {
      const referral = await this.start(this.random.pick(this.world.pairs));
      for (let round = 0; this.writing && round < 4; round++) {
        await pace.turn();
        const contact = { at: new Date(Date.now() - 60_000).toISOString(), attendance: 'ATTENDED', minutes: 30 };
        await this.act(referral, 'recordContact', ['ATTENDANCE_RECORDED'], contact);
        await pace.turn();
        await this.act(referral, 'pauseReferral', ['SUPPORT_PAUSED']);
        await pace.turn();
        await this.act(referral, 'resumeReferral', ['SUPPORT_RESUMED']);
      }
      await pace.turn();
      await this.act(referral, 'closeReferral', ['REFERRAL_CLOSED'], { result: 'GOALS_MET', planDeclined: true });
      for (let i = 0; i < 3; i++) await pace.turn();
    }
  }

  /** Events straight to hub.append_event, each in a transaction of its own as the receiver, for rates that mutations cannot reach. */
  async append(workers: number, pace: Pace): Promise<void> {
    const referrals = await Promise.all(
      Array.from({ length: workers }, () => this.start(this.random.pick(this.world.pairs))),
    );
    for (const referral of referrals) this.running.push(this.appendTo(referral, pace));
  }

  private async appendTo(referral: Open, pace: Pace): Promise<void> {
    for (let turn = 0; this.writing; turn++) {
      await pace.turn();
      const began = Date.now();
      const problem = await this.appendOnce(referral, turn % 2 ? 'SUPPORT_RESUMED' : 'SUPPORT_PAUSED');
      if (problem === undefined) this.onAcknowledged(began, Date.now());
      else {
        this.unanswered.set(`SQL ${problem}`, (this.unanswered.get(`SQL ${problem}`) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** One event; undefined when its commit was acknowledged, otherwise what went wrong. */
  async appendOnce({ id, reference, pair }: Open, kind: string): Promise<string | undefined> {
    const { party, claims } = pair.receiver;
    const identity = { kind: 'organisation' as const, party, sector: 'PRIMARY_CARE', roles: claims.roles };
    const parties = [pair.practice.party, party];
    let event: string | undefined;
    try {
      await asIdentity(this.world.database, identity, async (tx) => {
        const row = await tx.one<{ id: string }>(appendEvent, [kind, id.slice('ref_'.length)]);
        event = `evt_${row?.id}`;
      });
      this.bySql += 1;
      this.ledger.acknowledge(reference, [{ kind, parties, event }]);
      return undefined;
    } catch (error) {
      // whether it was committed nobody knows: its event may come, and must not come twice
      if (event) this.ledger.leaveOpen(reference, { kind, parties, event });
      return (error as { code?: string }).code ?? 'no answer';
    }
  }

  /** Ends the load; every write under way is brought to its acknowledgement. */
  async finish(): Promise<void> {
    this.writing = false;
    await Promise.all(this.running);
  }

  /** Rejects as soon as a writer fails, which none may. */
  get failed(): Promise<never> {
    return Promise.all(this.running).then(() => new Promise<never>(() => undefined));
  }
}

const appendEvent = sql('torture.append', "select hub.append_event($1, $2::uuid, '{}') as id");
