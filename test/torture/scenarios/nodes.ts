import { until } from '../../support/until';
import { type Load, NOTHING, type Scenario, underLoad } from '../scenario';
import type { Stage, TortureOptions } from '../stage';

/** kill -9 of a node at random, over and over, under load. */
export const nodes: Scenario = {
  name: 'nodes',
  title: 'Nodes of the hub are killed with SIGKILL at random under load',
  async run(options, cleanup) {
    const ran = await underLoad(options, cleanup, (stage, load) => killNodes(stage, load, options));
    const { done: kills, totals, faults, details } = ran;
    if (kills > 0 && details.connections <= details.readers)
      faults.push('no reader lost its connection: this proves nothing');
    return {
      ...NOTHING,
      ...totals,
      kills,
      faults,
      details: { nodes: options.nodes, ...details },
    };
  },
};

/** Spreads the kills over the time that the load is to last; ends when all nodes stand again. */
export async function killNodes({ ledger, random, cluster }: Stage, { writers }: Load, options: TortureOptions) {
  const from = Date.now();
  const end = from + options.seconds * 1_000;
  const before = ledger.acknowledged;
  const restarts: Promise<void>[] = [];
  let kills = 0;
  const killing = async () => {
    for (; kills < options.kills; kills++) {
      // at random by the writes, not by the clock: somewhere in the next ones, as many as are left for each kill
      const rate = (ledger.acknowledged - before) / (Date.now() - from + 1);
      const mean = Math.max(5, (rate * (end - Date.now())) / (options.kills - kills));
      const at = ledger.acknowledged + Math.floor(random.next() * 2 * mean);
      await until('more is acknowledged', () => ledger.acknowledged >= at, 120_000);
      const victim = await cluster.killOne(random);
      restarts.push(victim.start());
      options.say(`killed ${kills + 1} of ${options.kills}; ${ledger.acknowledged} writes acknowledged`);
    }
    await until('the load has lasted', () => Date.now() >= end, options.seconds * 1_000 + 1_000);
  };
  await Promise.race([killing(), writers.failed]);
  await Promise.all(restarts);
  return kills;
}
