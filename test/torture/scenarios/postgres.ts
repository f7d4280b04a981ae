import { until } from '../../support/until';
import { quantiles } from '../measure';
import { type Load, NOTHING, type Scenario, underLoad } from '../scenario';
import type { Stage, TortureOptions } from '../stage';
import type { Follower } from '../subscribers';

/** From the kill until a write is acknowledged, and until an event is delivered, at most, in milliseconds. */
const RECOVERED_WITHIN = 10_000;

interface Recovery {
  writtenMs: number;
  deliveredMs: number;
}

/** PostgreSQL dies without a checkpoint, under load, and is started again as a supervisor would. */
export const postgres: Scenario = {
  name: 'postgres',
  title: 'PostgreSQL is killed (immediate shutdown or SIGKILL) under load and started again',
  async run(options, cleanup) {
    const ran = await underLoad(options, cleanup, (stage, load) => killPostgres(stage, load, options));
    const { done: recoveries, totals, faults, details } = ran;
    const written = quantiles(recoveries.map(({ writtenMs }) => writtenMs));
    const delivered = quantiles(recoveries.map(({ deliveredMs }) => deliveredMs));
    if (!(Math.max(written.p99, delivered.p99) < RECOVERED_WITHIN))
      faults.push(`it took up to ${written.p99} ms until a write, ${delivered.p99} ms until a delivery`);
    return {
      ...NOTHING,
      ...totals,
      kills: recoveries.length,
      faults,
      details: {
        nodes: options.nodes,
        recoveryMs: { untilWritten: written, untilDelivered: delivered },
        ...details,
      },
    };
  },
};

/** Gives how long it took each time until a write was acknowledged again. */
export async function killPostgres(stage: Stage, { writers }: Load, options: TortureOptions): Promise<Recovery[]> {
  const { ledger, random } = stage;
  const recoveries: Recovery[] = [];
  const killing = async () => {
    for (let kills = 0; kills < options.postgresKills; kills++) {
      const at = ledger.acknowledged + 50 + random.below(Math.max(50, options.eventsPerSecond));
      await until('more is acknowledged', () => ledger.acknowledged >= at, 120_000);
      recoveries.push(await killOnce(stage, writers));
      options.say(
        `killed PostgreSQL ${kills + 1} of ${options.postgresKills}; back after ${recoveries.at(-1)?.deliveredMs} ms`,
      );
    }
  };
  await Promise.race([killing(), writers.failed]);
  return recoveries;
}

type Telling = { onAcknowledged: (began: number, at: number) => void };

/** From the kill until a write that began after the death was acknowledged, and until a reader had an event that happened after it. */
async function killOnce({ postgres: database, random, readers }: Stage, writers: Telling): Promise<Recovery> {
  const from = Date.now();
  await database.kill(random.pick(['SIGQUIT', 'SIGKILL']));
  const died = Date.now();
  const written = new Promise<number>((resolve) => {
    writers.onAcknowledged = (began, at) => {
      if (began >= died) resolve(at);
    };
  });
  await database.restart();
  const writtenMs = (await written) - from;
  const fresh = (reader: Follower) => reader.arrivals.findLast(({ at, lag }) => at - lag > died)?.at;
  const at = await until('a reader has what happened since', () => readers.map(fresh).find(Boolean), 60_000);
  return { writtenMs, deliveredMs: at - from };
}
