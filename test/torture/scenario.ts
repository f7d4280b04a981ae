import { judge } from './ledger';
import { perSecond, quantile, quantiles } from './measure';
import { Stage, type TortureOptions } from './stage';
import type { Cleanup } from './cleanup';
import type { Follower } from './subscribers';
import { Pace, type Writers } from './writers';

/** The proof in numbers: all but the first two and `kills` must be 0. */
export interface Totals {
  acknowledged: number;
  delivered: number;
  lost: number;
  duplicated: number;
  gaps: number;
  outOfOrder: number;
  kills: number;
  afterRevocation: number;
}

export interface ScenarioResult extends Totals {
  name: string;
  /** What was done to it, in a sentence. */
  title: string;
  seconds: number;
  /** Why this run proves nothing, or disproves the promise; empty where it holds. */
  faults: string[];
  details: Record<string, unknown>;
}

export interface Scenario {
  name: string;
  title: string;
  run(options: TortureOptions, cleanup: Cleanup): Promise<Omit<ScenarioResult, 'name' | 'title' | 'seconds'>>;
}

export const NOTHING: Totals = {
  acknowledged: 0,
  delivered: 0,
  lost: 0,
  duplicated: 0,
  gaps: 0,
  outOfOrder: 0,
  kills: 0,
  afterRevocation: 0,
};

/** How many of the asked events go through the hub's mutations; the rest are appended by SQL. */
export const MUTATIONS = 0.2;

/** Each holds a connection; PostgreSQL has a hundred, of which the nodes want half. */
export const APPENDERS = 32;

export interface Rate {
  asked: number;
  achieved: number;
  shareLetThrough: Record<'least' | 'median' | 'last', number>;
  byMutation: number;
  bySql: number;
  seconds: number;
}

export interface Load {
  writers: Writers;
  /** Ends it; gives what was asked and achieved. */
  end(): Promise<Rate>;
}

/** Writers at the asked rate, or at whatever rate the machine carries. */
export async function startLoad(stage: Stage, { eventsPerSecond }: TortureOptions): Promise<Load> {
  const writers = stage.writers();
  const workers = Math.max(4, Math.min(24, Math.ceil(eventsPerSecond / 15)));
  const byMutation = eventsPerSecond * MUTATIONS;
  const paces = [new Pace(eventsPerSecond - byMutation), new Pace(byMutation)] as const;
  await writers.append(Math.max(2, Math.min(APPENDERS, Math.ceil(eventsPerSecond / 12))), paces[0]);
  writers.mutate(workers, paces[1]);
  const governor = govern(stage, paces);
  const from = Date.now();
  const before = stage.ledger.acknowledged;
  return {
    writers,
    async end() {
      governor.end();
      const took = Date.now() - from;
      const written = stage.ledger.acknowledged - before;
      await writers.finish();
      return {
        asked: eventsPerSecond,
        achieved: perSecond(written, took),
        ...governor.said(),
        byMutation: writers.byMutation,
        bySql: writers.bySql,
        seconds: Math.round(took / 1_000),
      };
    },
  };
}

/** From the moment something happened until a reader had it, by channel, the time offline included. */
function lagsOf(readers: readonly Follower[]) {
  const channels = [...new Set(readers.map(({ channel }) => channel))];
  const lags = channels.map((channel) => {
    const those = readers.filter((reader) => reader.channel === channel);
    const samples = those.flatMap(({ arrivals }) => arrivals.map(({ lag }) => lag));
    return [channel, { readers: those.length, ...quantiles(samples) }] as const;
  });
  return Object.fromEntries(lags);
}

/** Median lag, in milliseconds, above which the load is more than the machine carries, and below which it may grow. */
const TOO_LATE = 2_000;
const IN_TIME = 1_000;
/** A load begins with a quarter, because connections and statements are new then; so quickly it falls and grows each second. */
const FIRST_SHARE = 0.25;
const FALL = 0.8;
const GROW = 1.25;
const LEAST_SHARE = 0.05;

/** Brings the rate down to what is delivered in time, and up again to what was asked: a queue that grows without end proves little. */
function govern(stage: Stage, paces: readonly Pace[]) {
  const asked = paces.map(({ perSecond: rate }) => rate);
  const shares: number[] = [];
  let share = FIRST_SHARE;
  const look = () => {
    const since = Date.now() - 1_000;
    const lags = stage.readers.flatMap(({ arrivals, channel }) => {
      const from = channel === 'webhook' ? arrivals.length : arrivals.findLastIndex(({ at }) => at < since) + 1;
      return arrivals.slice(from).map(({ lag }) => lag);
    });
    const lag = lags.length ? quantile(lags, 0.5) : 0;
    if (lag > TOO_LATE) share = Math.max(LEAST_SHARE, share * FALL);
    else if (lag < IN_TIME) share = Math.min(1, share * GROW);
    shares.push(Number(share.toFixed(2)));
    paces.forEach((pace, i) => (pace.perSecond = (asked[i] ?? 1) * share));
  };
  look();
  const timer = setInterval(look, 1_000);
  stage.cleanup.add(() => clearInterval(timer));
  return {
    end: () => clearInterval(timer),
    /** The share of what was asked that was let through. */
    said: () => ({
      shareLetThrough: { least: quantile(shares, 0), median: quantile(shares, 0.5), last: shares.at(-1) ?? 0 },
    }),
  };
}

/** Readers and load, while something is done to them; then what was written arrives, and is judged. */
export async function underLoad<Done>(
  options: TortureOptions,
  cleanup: Cleanup,
  work: (stage: Stage, load: Load) => Promise<Done>,
) {
  const stage = await Stage.set(options, cleanup);
  await stage.readersFor(options.subscribers, options.webhooks);
  const load = await startLoad(stage, options);
  const done = await work(stage, load);
  const rate = await load.end();
  const settledMs = await stage.settle();
  const { totals, faults, details } = conclude(stage);
  const all = { rate, settledMs, ...details, unansweredAttempts: unanswered(load.writers) };
  return { done, totals, faults, details: all };
}

/** The verdict over all readers of a stage, and how they fared. */
export function conclude(stage: Stage) {
  const { repeated, expected, examples, ...totals } = judge(stage.ledger, stage.readers);
  const { readers } = stage;
  const resets = readers.flatMap((reader) => reader.resets);
  const closings: Record<string, number> = {};
  for (const reader of readers)
    for (const [why, count] of reader.closings) closings[why] = (closings[why] ?? 0) + count;
  const faults = [...examples];
  if (resets.length)
    faults.push(`${resets.length} streams were told to begin anew: ${[...new Set(resets)].join(', ')}`);
  if (totals.acknowledged === 0 || totals.delivered === 0)
    faults.push('nothing was written or delivered: this proves nothing');
  return {
    totals,
    faults,
    details: {
      readers: readers.length,
      expectedDeliveries: expected,
      repeatedBeforeDedupe: repeated,
      connections: readers.reduce((sum, reader) => sum + reader.connections, 0),
      closings,
      happenedToArrivedMs: lagsOf(readers),
    },
  };
}

export const unanswered = (writers: Writers) => Object.fromEntries(writers.unanswered);
