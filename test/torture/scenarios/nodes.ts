import { until } from '../../support/until';
import { conclude, NOTHING, type Scenario, startLoad, unanswered } from '../scenario';
import { Stage } from '../stage';

/** kill -9 of a node at random, over and over, under load. */
export const nodes: Scenario = {
  name: 'nodes',
  title: 'Nodes of the hub are killed with SIGKILL at random under load',
  async run(options, cleanup) {
    const stage = await Stage.set(options, cleanup);
    await stage.readersFor(options.subscribers, options.webhooks);
    const load = await startLoad(stage, options);
    const from = Date.now();
    const restarts: Promise<void>[] = [];
    let kills = 0;
    const killing = async () => {
      const before = stage.ledger.acknowledged;
      let at = before;
      for (; kills < options.kills; kills++) {
        // at random by the writes, not by the clock: somewhere in the next ones
        const rate = (stage.ledger.acknowledged - before) / Math.max(1, Date.now() - from);
        const mean = Math.max(5, (rate * options.seconds * 1_000) / options.kills);
        at = stage.ledger.acknowledged + Math.floor(stage.random.next() * 2 * mean);
        await until('more is acknowledged', () => stage.ledger.acknowledged >= at, 120_000);
        const victim = await stage.cluster.killOne(stage.random);
        restarts.push(victim.start());
        options.say(`killed ${kills + 1} of ${options.kills}; ${stage.ledger.acknowledged} writes acknowledged`);
      }
      await until(
        'the load has lasted',
        () => Date.now() - from >= options.seconds * 1_000,
        options.seconds * 1_000 + 1_000,
      );
    };
    await Promise.race([killing(), load.writers.failed]);
    const rate = await load.end();
    await Promise.all(restarts);
    const settledMs = await stage.settle();
    const { totals, faults, details } = conclude(stage);
    if (kills > 0 && details.connections <= details.readers)
      faults.push('no reader lost its connection: this proves nothing');
    return {
      ...NOTHING,
      ...totals,
      kills,
      faults,
      details: { nodes: options.nodes, rate, settledMs, ...details, unansweredAttempts: unanswered(load.writers) },
    };
  },
};
