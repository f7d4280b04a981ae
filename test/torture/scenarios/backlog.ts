import { until } from '../../support/until';
import type { Node } from '../cluster';
import { MiB, perSecond, quantile } from '../measure';
import { conclude, NOTHING, type Scenario, startLoad } from '../scenario';
import { Stage, type TortureOptions } from '../stage';
import { Reader } from '../subscribers';
import type { Pair } from '../world';
import type { Writers } from '../writers';

/** Referrals that the backlog tells of. */
const REFERRALS = 400;
const AT_ONCE = 8;
/** How long the buffers of readers that stand still are given to fill, in milliseconds. */
const FILLING = 45_000;
const CATCH_UP = 600_000;
/** Beside those who stand still: a rate a small machine carries, or everybody would wait for the machine. */
const BESIDE_PER_SECOND = 100;

/** A subscriber comes back to a long feed; and readers that stand still, beside others under load. */
export const backlog: Scenario = {
  name: 'backlog',
  title: 'A subscriber resumes after a long time offline; then readers that do not read stand beside others under load',
  async run(options, cleanup) {
    const stage = await Stage.set(options, cleanup, { nodes: 1 });
    const [node] = stage.cluster.nodes;
    const pair = stage.world.pairs.pop();
    if (!node || !pair || !stage.world.pairs.length) throw new Error('the backlog needs a node and two pairs');
    const writers = stage.writers();
    const offline = stage.reader(pair.practice);
    await fill(stage, writers, pair, offline, options.backlog);
    options.say(`${options.backlog} events are waiting`);
    const resumed = {
      socket: await catchUp(stage, node, offline),
      stream: await catchUp(stage, node, stage.reader(pair.practice, { channel: 'stream' })),
    };
    options.say(`resumed: ${resumed.socket.eventsPerSecond} and ${resumed.stream.eventsPerSecond} events/s`);
    const { rate, ...standstill } = await besideFrozen(stage, options, node, pair);
    const settledMs = await stage.settle(CATCH_UP);
    const { totals, faults, details } = conclude(stage);
    return {
      ...NOTHING,
      ...totals,
      faults,
      details: { nodes: 1, backlog: options.backlog, resumed, standstill, rate, settledMs, ...details },
    };
  },
};

/** Events put into the log and into one feed, as the database's owner: the sequencer is not what this is about. */
async function fill(stage: Stage, writers: Writers, pair: Pair, offline: Reader, count: number): Promise<void> {
  const open = async () => {
    for (let i = 0; i < REFERRALS / AT_ONCE; i++) await writers.open(pair);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, open));
  await until('it has what happened before', () => offline.last === REFERRALS, 60_000);
  await offline.goOffline();
  const rows = await stage.postgres.asAdmin<{ id: string; reference: string }>(
    `with about as (select id, reference, receiver_id, row_number() over (order by reference) - 1 as place from hub.referral where referrer_id = $1),
     happened as (
       insert into hub.event (kind, referral_id, reference, actor_id, audience, disclosures)
       select 'SUPPORT_PAUSED', a.id, a.reference, a.receiver_id, array[$1::uuid], '{STAGE}'
       from generate_series(0, $2::integer - 1) n join about a on a.place = n % $3::integer order by n
       returning ordinal, id, reference, referral_id),
     head as (update hub.feed_head set last_seq = last_seq + $2::integer where party = $1 returning last_seq - $2::integer as base),
     put as (
       insert into hub.party_feed (party, seq, event_ordinal, referral_id, disclosure, sent_at)
       select $1, head.base + row_number() over (order by h.ordinal), h.ordinal, h.referral_id, 'STAGE', now() from happened h, head)
     select id, reference from happened order by ordinal`,
    [pair.practice.party, count, REFERRALS],
  );
  // as PostgreSQL would have done by itself, had they come one after the other
  await stage.postgres.asAdmin('analyze');
  for (const { id, reference } of rows) {
    const event = { kind: 'SUPPORT_PAUSED', parties: [pair.practice.party], event: `evt_${id}` };
    stage.ledger.acknowledge(reference, [event]);
  }
}

/** Brings a reader to the end of its feed; how fast, and what that took of the node's memory. */
async function catchUp(stage: Stage, node: Node, reader: Reader) {
  const before = await node.memory();
  const target = (await stage.heads()).get(reader.party) ?? 0;
  const had = reader.received;
  const from = Date.now();
  if (!reader.open && reader.received) reader.comeBack();
  const memory = watchMemory(node);
  await until('it has caught up', () => reader.last >= target, CATCH_UP);
  const took = Date.now() - from;
  const peak = await memory.end();
  return {
    events: reader.received - had,
    eventsPerSecond: perSecond(reader.received - had, took),
    memoryMiB: {
      before: { rss: MiB(before.rss), heap: MiB(before.heapUsed) },
      peak: { rss: MiB(peak.rss), heap: MiB(peak.heap) },
    },
  };
}

/** Asks the node again and again, until told to end. */
function watchMemory(node: Node) {
  const peak = { rss: 0, heap: 0 };
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const { rss, heapUsed } = await node.memory();
      peak.rss = Math.max(peak.rss, rss);
      peak.heap = Math.max(peak.heap, heapUsed);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async end() {
      watching = false;
      await watched;
      return peak;
    },
  };
}

/** How others fare before, while the frozen ones' buffers fill, and once they stand still. */
async function besideFrozen(stage: Stage, options: TortureOptions, node: Node, pair: Pair) {
  const others = await stage.readersFor(Math.min(options.subscribers, 50));
  const eventsPerSecond = Math.min(options.eventsPerSecond, BESIDE_PER_SECOND);
  const load = await startLoad(stage, { ...options, eventsPerSecond });
  const seconds = Math.min(20, Math.max(3, options.seconds / 4));
  const lags = async (over: Promise<unknown>) => {
    const from = Date.now();
    await Promise.race([over, load.writers.failed]);
    const samples = others.flatMap(({ arrivals }) => arrivals.filter(({ at }) => at >= from).map(({ lag }) => lag));
    const { rss, heapUsed } = await node.memory();
    return {
      events: samples.length,
      p50Ms: quantile(samples, 0.5),
      p99Ms: quantile(samples, 0.99),
      memoryMiB: { rss: MiB(rss), heap: MiB(heapUsed) },
    };
  };
  const lasting = () => {
    const end = Date.now() + seconds * 1_000;
    return until('the window is over', () => Date.now() >= end, seconds * 1_000 + 5_000);
  };
  await lasting(); // connections and caches warm up
  const before = await lags(lasting());
  const frozen = Array.from({ length: options.frozenReaders }, () => freezeOne(stage, pair));
  stage.cleanup.add(() => frozen.forEach((reader) => reader.stop()));
  const filling = await lags(standing(stage, pair, frozen));
  options.say(`${frozen.length} readers stand still; before, others had a p99 of ${before.p99Ms} ms`);
  const after = await lags(lasting());
  const rate = await load.end();
  // what stood still and reads again has missed nothing
  const [first, ...rest] = frozen;
  rest.forEach((reader) => reader.stop());
  if (first) {
    stage.readers.push(first);
    first.thaw();
  }
  return { frozenReaders: frozen.length, before, filling, after, rate };
}

function freezeOne(stage: Stage, { practice }: Pair): Reader {
  const reader = new Reader({
    name: `frozen ${practice.ods}`,
    party: practice.party,
    token: practice.token,
    channel: 'socket',
    doors: stage.cluster,
    random: stage.random,
    frozen: true,
  });
  reader.start();
  return reader;
}

/** Resolves when all have subscribed and nothing more is delivered to them, because nothing more fits; or after a while of that. */
async function standing({ postgres }: Stage, { practice }: Pair, frozen: readonly Reader[]): Promise<void> {
  await until('all have subscribed', () => frozen.every(({ open }) => open), 60_000);
  let last = -1;
  let since = Date.now();
  // a machine that delivers slowly would fill their buffers for many minutes
  const enough = since + FILLING;
  await until(
    'nothing more is delivered to them',
    async () => {
      const [row] = await postgres.asAdmin<{ id: number }>(
        "select coalesce(max(id), 0)::integer as id from hub.audit where party = $1 and action = 'DELIVER'",
        [practice.party],
      );
      if (row && row.id !== last) {
        last = row.id;
        since = Date.now();
      }
      return Date.now() - since > 2_000 || Date.now() > enough;
    },
    CATCH_UP,
  );
}
