import { until } from '../../support/until';
import { quantile } from '../measure';
import { conclude, NOTHING, type Scenario, startLoad, unanswered } from '../scenario';
import { Stage } from '../stage';

/** From the kill to the first write acknowledged afterwards, at most, in milliseconds. */
const RECOVERED_WITHIN = 10_000;

/** PostgreSQL dies without a checkpoint, under load, and is started again as a supervisor would. */
export const postgres: Scenario = {
  name: 'postgres',
  title: 'PostgreSQL is killed (immediate shutdown or SIGKILL) under load and started again',
  async run(options, cleanup) {
    const stage = await Stage.set(options, cleanup);
    await stage.readersFor(options.subscribers, options.webhooks);
    const load = await startLoad(stage, options);
    const recoveries: number[] = [];
    const killing = async () => {
      for (let kills = 0; kills < options.postgresKills; kills++) {
        const at = stage.ledger.acknowledged + 50 + stage.random.below(Math.max(50, options.eventsPerSecond));
        await until('more is acknowledged', () => stage.ledger.acknowledged >= at, 120_000);
        recoveries.push(await killOnce(stage, load.writers));
        options.say(`killed PostgreSQL ${kills + 1} of ${options.postgresKills}; back after ${recoveries.at(-1)} ms`);
      }
    };
    await Promise.race([killing(), load.writers.failed]);
    const rate = await load.end();
    const settledMs = await stage.settle();
    const { totals, faults, details } = conclude(stage);
    const p99 = quantile(recoveries, 0.99);
    if (!(p99 < RECOVERED_WITHIN)) faults.push(`it took up to ${p99} ms until a write was acknowledged again`);
    return {
      ...NOTHING,
      ...totals,
      kills: recoveries.length,
      faults,
      details: {
        nodes: options.nodes,
        recoveryMs: { p50: quantile(recoveries, 0.5), p99, all: recoveries },
        rate,
        settledMs,
        ...details,
        unansweredAttempts: unanswered(load.writers),
      },
    };
  },
};

type Telling = { onAcknowledged: (began: number, at: number) => void };

/** Gives how long it took until a write that began after the death was acknowledged. */
async function killOnce({ postgres: database, random }: Stage, writers: Telling): Promise<number> {
  const from = Date.now();
  await database.kill(random.pick(['SIGQUIT', 'SIGKILL']));
  const died = Date.now();
  const first = new Promise<number>((resolve) => {
    writers.onAcknowledged = (began, at) => {
      if (began >= died) resolve(at);
    };
  });
  await database.restart();
  return (await first) - from;
}
