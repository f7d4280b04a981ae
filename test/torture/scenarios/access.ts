import { decodeJwt } from 'jose';
import { operator, revoke, signDemoToken } from '../../../src/access';
import { asIdentity } from '../../../src/database';
import { consent } from '../../support/people';
import { until } from '../../support/until';
import { post } from '../http';
import { quantile, quantiles } from '../measure';
import { conclude, NOTHING, type Scenario, startLoad } from '../scenario';
import { EndOfAccess, IN_FLIGHT } from '../silence';
import { Stage } from '../stage';
import { type Follower, Reader, type TimedArrival } from '../subscribers';
import type { Member } from '../world';
import type { Open, Writers } from '../writers';

const ROUNDS = 10;
/** Each round waits for a handful of deliveries on every channel, which on a machine that is wholly taken up would take minutes. */
const MOST_PER_SECOND = 100;
const PATIENCE = 60_000;
/** Within this a revoked token's connections end, in milliseconds. */
const CLOSED_WITHIN = 5_000;
const QUERY = `query Feed { feedback(first: 100) { headSequence nodes { kind reference referral { id } } } }`;
const REFERRAL = `query Referral($id: ID!) { referral(id: $id) { id } }`;

interface Outcome {
  leaked: number;
  underWay: TimedArrival[];
  at: number;
  /** Revocation alone: until the last of its connections was closed. */
  closedMs?: number;
}

/** Tokens are revoked and consent is withdrawn while the feeds concerned are busy. */
export const access: Scenario = {
  name: 'access',
  title:
    'Tokens are revoked and consent is withdrawn under load; by socket, event stream, webhook and query nothing more may be told',
  async run(options, cleanup) {
    const stage = await Stage.set({ ...options, pairs: Math.min(options.pairs, 4) }, cleanup);
    await stage.readersFor(Math.min(options.subscribers, 40));
    const hook = await stage.webhook(stage.world.council, false);
    const load = await startLoad(stage, {
      ...options,
      eventsPerSecond: Math.min(options.eventsPerSecond, MOST_PER_SECOND),
    });
    const revoked: Outcome[] = [];
    const withdrawn: Outcome[] = [];
    const rounds = async () => {
      for (let round = 0; round < ROUNDS; round++) {
        revoked.push(await revokeOne(stage));
        withdrawn.push(await withdrawOne(stage, load.writers, hook));
        options.say(`revoked and withdrawn ${round + 1} of ${ROUNDS}`);
      }
      revoked.push(await revokeOrganisation(stage, load.writers, hook));
    };
    await Promise.race([rounds(), load.writers.failed]);
    const rate = await load.end();
    const settledMs = await stage.settle();
    const { totals, faults, details } = conclude(stage);
    const all = [...revoked, ...withdrawn];
    const afterRevocation = all.reduce((sum, { leaked }) => sum + leaked, 0);
    if (afterRevocation) faults.push(`${afterRevocation} answers or events told something after the end of access`);
    const closedMs = revoked.map((each) => each.closedMs ?? 0);
    if (!(quantile(closedMs, 0.99) < CLOSED_WITHIN))
      faults.push(`connections of revoked tokens stood for ${Math.max(...closedMs)} ms`);
    const underWay = all.flatMap(({ underWay: late, at }) => late.map((arrival) => arrival.at - at));
    return {
      ...NOTHING,
      ...totals,
      afterRevocation,
      faults,
      details: {
        revocations: revoked.length,
        withdrawals: withdrawn.length,
        judgedBy: `arrival after the acknowledgement, by one process's clock; not counted: bytes the kernel held by then, and events sequenced before that came within ${IN_FLIGHT} ms, which are`,
        underWay: { count: underWay.length, latestMs: Math.max(0, ...underWay) },
        closedMs: quantiles(closedMs),
        rate,
        settledMs,
        ...details,
      },
    };
  },
};

/** A socket and an event stream of this member that are told whatever comes; apart from the ledger's. */
async function listen(stage: Stage, member: Member, token: string): Promise<Reader[]> {
  const head = await headOf(stage, member, token);
  const readers = (['socket', 'stream'] as const).map(
    (channel) =>
      new Reader({
        name: `${member.ods} ${channel}`,
        party: member.party,
        token,
        channel,
        doors: stage.cluster,
        random: stage.random,
        after: head,
      }),
  );
  stage.cleanup.add(() => readers.forEach((reader) => reader.stop()));
  readers.forEach((reader) => reader.start());
  await until('both follow', () => readers.every(({ open }) => open), PATIENCE);
  return readers;
}

async function headOf({ cluster, random }: Stage, { ods }: Member, token: string): Promise<string> {
  const { data } = await post(cluster.pick(random), token, '{ feedback(first: 0) { headCursor } }', {});
  if (!data) throw new Error(`${ods} was not answered`);
  return data.feedback.headCursor;
}

async function revokeOne(stage: Stage): Promise<Outcome> {
  const { postgres, world, random } = stage;
  const member = random.pick(world.pairs).receiver;
  const token = await signDemoToken(member.claims);
  const readers = await listen(stage, member, token);
  await until('both have been told something', () => readers.every(({ received }) => received > 3), PATIENCE);
  await asIdentity(world.database, operator, (tx) =>
    revoke(tx, 'TOKEN', String(decodeJwt(token).jti), 'for the torture'),
  );
  const end = new EndOfAccess(readers);
  const headThen = (await stage.heads().catch(() => new Map<string, number>())).get(member.party) ?? 0;
  const leaked = await answered(stage, token);
  await until('its connections are refused', () => readers.every(refused), PATIENCE);
  const closedMs = Date.now() - end.at;
  await until(
    'others of its party heard more',
    () => stage.readers.some(({ party, last }) => party === member.party && last > headThen + 5),
    PATIENCE,
  );
  readers.forEach((reader) => reader.stop());
  const late = readers.flatMap((reader) => end.after(reader, () => true));
  const judged = await end.judge(postgres, member.party, late);
  return { leaked: leaked + judged.leaked, underWay: judged.underWay, at: end.at, closedMs };
}

/** Nothing else ends a connection in this scenario. */
const refused = ({ closings }: Follower) => closings.size > 0;

/** A referral that the council hears of by every channel, and that its receiver goes on with all the while. */
async function tellCouncil(stage: Stage, writers: Writers, hook: Follower) {
  const { world, random, ledger } = stage;
  const { council } = world;
  const referral = await writers.start(random.pick(world.pairs));
  ledger.unordered.add(referral.reference);
  const agreed = consent(['SOCIAL_CARE'], { recipients: [`org_${council.party}`], categories: ['care-team'] });
  const followers: Follower[] = [...(await listen(stage, council, council.token)), hook];
  const about = { person: referral.person, referral: referral.id };
  await writers.write(referral.pair.receiver, 'recordConsent', { ...about, consent: agreed });
  const busy = keepBusy(writers, referral);
  const mine = ({ reference }: { reference: string | null }) => reference === referral.reference;
  const heard = () => followers.every(({ arrivals }) => arrivals.filter(mine).length > 3);
  await until('the council hears of it', heard, PATIENCE);
  return { referral, about, council, followers, busy, mine };
}

async function withdrawOne(stage: Stage, writers: Writers, hook: Follower): Promise<Outcome> {
  const { referral, about, council, followers, busy, mine } = await tellCouncil(stage, writers, hook);
  const organisations = [`org_${council.party}`];
  await writers.write(referral.pair.receiver, 'withdrawConsent', { ...about, organisations });
  const end = new EndOfAccess(followers);
  let leaked = 0;
  for (const { port } of stage.cluster.nodes) {
    // the whole feed again, and the referral itself: what was told before is told no more
    const [feed, one] = await Promise.all([
      everything(port, council),
      post(port, council.token, REFERRAL, { id: referral.id }),
    ]);
    leaked += feed.filter((node) => mine(node) && (node.kind !== 'ACCESS_ENDED' || node.referral)).length;
    leaked += one.data?.referral ? 1 : 0;
  }
  const ended = ({ arrivals }: Follower) => arrivals.some((arrival) => mine(arrival) && !arrival.telling);
  await until('the council hears that it hears no more', () => followers.every(ended), PATIENCE);
  await busy.fewMore();
  await stage.heads();
  followers.forEach((follower) => follower.stop());
  const late = followers.flatMap((follower) => end.after(follower, mine));
  const judged = await end.judge(stage.postgres, council.party, late);
  return { leaked: leaked + judged.leaked, underWay: judged.underWay, at: end.at };
}

/** All that the council was given until now: its tokens, and its webhook. */
async function revokeOrganisation(stage: Stage, writers: Writers, hook: Follower): Promise<Outcome> {
  const { council, followers, busy } = await tellCouncil(stage, writers, hook);
  const connected = followers.filter((follower) => follower !== hook);
  await asIdentity(stage.world.database, operator, (tx) =>
    revoke(tx, 'ORGANISATION', council.party, 'for the torture'),
  );
  const end = new EndOfAccess(followers);
  const leaked = await answered(stage, council.token);
  await until('its connections are refused', () => connected.every(refused), PATIENCE);
  const closedMs = Date.now() - end.at;
  const parked = () =>
    stage.postgres.asAdmin("select from hub.webhook where organisation_id = $1 and state = 'PARKED'", [council.party]);
  await until('its webhook is parked', async () => (await parked()).length === 1, PATIENCE);
  await busy.fewMore();
  followers.forEach((follower) => follower.stop());
  const late = followers.flatMap((follower) => end.after(follower, () => true));
  const judged = await end.judge(stage.postgres, council.party, late);
  return { leaked: leaked + judged.leaked, underWay: judged.underWay, at: end.at, closedMs };
}

/** On every node: how many answer this token. */
async function answered({ cluster }: Stage, token: string): Promise<number> {
  const answers = await Promise.all(cluster.nodes.map(({ port }) => post(port, token, QUERY, {})));
  return answers.filter(({ data }) => data).length;
}

/** The receiver goes on with the referral, so that there is something to tell all the while. */
function keepBusy(writers: Writers, referral: Open) {
  let done = 0;
  let going = true;
  const working = (async () => {
    for (; going; done++) await writers.act(referral, done % 2 ? 'resumeReferral' : 'pauseReferral', []);
  })();
  return {
    async fewMore() {
      const enough = done + 4;
      await Promise.race([until('it was gone on with', () => done >= enough, PATIENCE), working]);
      going = false;
      await working;
    },
  };
}

type Told = { kind: string; reference: string; referral: { id: string } | null };

/** A party's whole feed by query, page by page. */
async function everything(port: number, { token }: Member): Promise<Told[]> {
  const nodes: Told[] = [];
  let after: string | null = null;
  for (;;) {
    const query = `query Feed($after: FeedCursor) { feedback(after: $after, first: 100) { nodes { kind reference referral { id } } pageInfo { hasNextPage endCursor } } }`;
    const { data } = await post(port, token, query, { after });
    if (!data) throw new Error('the feed was not answered');
    nodes.push(...(data.feedback.nodes as Told[]));
    if (!data.feedback.pageInfo.hasNextPage) return nodes;
    after = data.feedback.pageInfo.endCursor as string;
  }
}
