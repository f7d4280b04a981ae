import { Cleanup } from './cleanup';
import { writeReport } from './report';
import type { Scenario, ScenarioResult } from './scenario';
import { access } from './scenarios/access';
import { backlog } from './scenarios/backlog';
import { frozen } from './scenarios/frozen';
import { nodes } from './scenarios/nodes';
import { points } from './scenarios/points';
import { postgres } from './scenarios/postgres';
import type { TortureOptions } from './stage';

export const scenarios: readonly Scenario[] = [nodes, postgres, frozen, points, backlog, access];

/** Runs one scenario from an empty database to its verdict, and leaves nothing behind. */
export async function perform(scenario: Scenario, options: TortureOptions): Promise<ScenarioResult> {
  const cleanup = new Cleanup();
  const from = Date.now();
  const interrupted = (signal: NodeJS.Signals) =>
    void cleanup.run().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupted);
  try {
    const result = await scenario.run(options, cleanup);
    const { name, title } = scenario;
    return { name, title, seconds: Math.round((Date.now() - from) / 1_000), ...result };
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    await cleanup.run();
  }
}

/** Runs what was asked for and reports it. True where everything held. */
export async function runTorture(options: TortureOptions, wanted: string, output?: string): Promise<boolean> {
  const names = wanted === 'all' ? scenarios.map(({ name }) => name) : wanted.split(',');
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  if (chosen.length < names.length)
    throw new Error(`--only takes some of ${scenarios.map(({ name }) => name).join(',')}`);
  const results: ScenarioResult[] = [];
  let held = false;
  for (const scenario of chosen) {
    options.say(scenario.title);
    const result = await perform(scenario, options);
    options.say(
      result.faults.length ? [...result.faults, `seed ${options.seed}`].join('\n') : `held, in ${result.seconds} s`,
    );
    results.push(result);
    // after each, so that a run that is cut short has not run in vain
    held = await writeReport(options, results, results.length === scenarios.length, output);
  }
  return held;
}
