import { until } from '../../support/until';
import type { Node } from '../cluster';
import { NOTHING, type Scenario, underLoad } from '../scenario';
import type { Stage } from '../stage';

/** Writes that must be acknowledged, and events that must reach a feed, while something stands still. */
const FURTHER = 30;
/** Past every limit after which PostgreSQL ends the transaction of a client that says nothing. In milliseconds. */
const FENCED_WITHIN = 30_000;

/** No living node's transaction stands open and idle this long, in milliseconds. */
const LONG_OPEN = 5_000;

interface Freeze {
  what: string;
  /** Until a write that happened during the freeze was in a feed; null where none was until the end of it. */
  takenOverMs: number | null;
  /** Transactions that stood open when it froze; PostgreSQL ended them. */
  fenced: number;
  frozenMs: number;
}

/** Nodes and the sequencer's backends stand still for a while, and wake to a world that went on. */
export const frozen: Scenario = {
  name: 'frozen',
  title: 'Nodes, and the sequencer inside PostgreSQL, are frozen with SIGSTOP under load and woken again',
  async run(options, cleanup) {
    const freezes: Freeze[] = [];
    const { totals, faults, details } = await underLoad(options, cleanup, async (stage, load) => {
      const freezing = async () => {
        for (const node of stage.cluster.nodes) freezes.push(await freezeNode(stage, node));
        freezes.push(await freezeIdleSequencer(stage));
        freezes.push(await freezeBusySequencer(stage));
      };
      await Promise.race([freezing(), load.writers.failed]);
    });
    for (const { what, takenOverMs } of freezes)
      if (takenOverMs === null && what !== BUSY) faults.push(`while ${what} stood still, nobody took over`);
    return {
      ...NOTHING,
      ...totals,
      faults,
      details: { freezes, ...details },
    };
  },
};

const BUSY = "the sequencer's backend, inside its statement";

/** A node with everything it had begun. It wakes when others went on and PostgreSQL has ended what it left open. */
async function freezeNode(stage: Stage, node: Node): Promise<Freeze> {
  const { postgres, ledger, cleanup } = stage;
  const open = async () =>
    (
      await postgres.asAdmin<{ pid: number; xact: string }>(
        "select pid, xact_start::text as xact from pg_stat_activity where application_name = 'loopwell' and state like 'idle in transaction%'",
      )
    ).map(({ pid, xact }) => `${pid} ${xact}`);
  const undo = cleanup.add(() => node.thaw());
  const from = Date.now();
  node.freeze();
  const took = takeover(stage);
  const before = ledger.acknowledged;
  await until('others go on', () => ledger.acknowledged >= before + FURTHER, FENCED_WITHIN);
  const seen = new Set(await open());
  let fenced = 0;
  await until(
    'what it left open was ended',
    async () => {
      const left = (await open()).filter((each) => seen.has(each)).length;
      // those of living nodes end within moments
      if (Date.now() - from > LONG_OPEN) fenced = Math.max(fenced, left);
      return left === 0;
    },
    FENCED_WITHIN,
  );
  const takenOverMs = await took;
  await undo();
  return { what: 'a node', takenOverMs, fenced, frozenMs: Date.now() - from };
}

/** The time until an event that happened from now on is in a feed; null where none is within the limit. */
async function takeover({ postgres, ledger }: Stage, limitMs = FENCED_WITHIN): Promise<number | null> {
  const from = Date.now();
  const [start] = await postgres.asAdmin<{ last: number }>(
    'select coalesce(max(ordinal), 0)::integer as last from hub.event',
  );
  const before = ledger.acknowledged;
  return until(
    'a later event is in a feed',
    async () => {
      if (ledger.acknowledged === before) return undefined;
      const [found] = await postgres.asAdmin('select from hub.party_feed where event_ordinal > $1 limit 1', [
        start?.last,
      ]);
      return found && Date.now() - from;
    },
    limitMs,
  ).catch(() => null);
}

const SEQUENCERS =
  "select pid from pg_stat_activity where query like '%hub.sequence_events%' and pid <> pg_backend_pid()";

/** A sequencer's backend at whatever it is about, unless it is inside its statement. */
async function freezeIdleSequencer(stage: Stage): Promise<Freeze> {
  const { postgres, random, cleanup } = stage;
  const pid = await until('a sequencer rests between two statements', async () => {
    const idle = await postgres.asAdmin<{ pid: number }>(`${SEQUENCERS} and state = 'idle'`);
    const chosen = idle.length ? random.pick(idle).pid : undefined;
    if (!chosen) return undefined;
    process.kill(chosen, 'SIGSTOP');
    const [still] = await postgres.asAdmin("select from pg_stat_activity where pid = $1 and state = 'idle'", [chosen]);
    if (still) return chosen;
    process.kill(chosen, 'SIGCONT');
    return undefined;
  });
  const undo = cleanup.add(() => process.kill(pid, 'SIGCONT'));
  const from = Date.now();
  const before = stage.ledger.acknowledged;
  const takenOverMs = await takeover(stage);
  await until('others go on', () => stage.ledger.acknowledged >= before + FURTHER, FENCED_WITHIN);
  await undo();
  return { what: "a sequencer's backend, between two statements", takenOverMs, fenced: 0, frozenMs: Date.now() - from };
}

/**
 * A sequencer's backend inside its statement, which holds the lock. PostgreSQL cannot end a process of its own that the system has
 * stopped, so feeds stand still until it wakes; nothing may be lost or doubled by it, and writes go on meanwhile.
 */
async function freezeBusySequencer(stage: Stage): Promise<Freeze> {
  const { postgres, ledger, cleanup } = stage;
  const holder = await postgres.connect();
  const release = cleanup.add(() => holder.end());
  // with the feeds' heads locked, the sequencer stops in the middle of its statement
  await holder.query('begin; select from hub.feed_head for update');
  const pid = await until('a sequencer waits inside its statement', async () => {
    const [row] = await postgres.asAdmin<{ pid: number }>(
      "select pid from pg_locks where locktype = 'advisory' and objid = (hashtext('loopwell_sequencer')::bigint & 4294967295)::oid and granted",
    );
    return row?.pid;
  });
  process.kill(pid, 'SIGSTOP');
  const undo = cleanup.add(() => process.kill(pid, 'SIGCONT'));
  const from = Date.now();
  await release();
  const before = ledger.acknowledged;
  await until('writes go on', () => ledger.acknowledged >= before + FURTHER, FENCED_WITHIN);
  await undo();
  await takeover(stage);
  return { what: BUSY, takenOverMs: null, fenced: 0, frozenMs: Date.now() - from };
}
