import { type Meter, ownMeter, processMeter } from './cpu';
import { type Load, load, type Target } from './load';
import type { Server } from './servers';

/** What takes its turn in every round: a server, asked one thing. `at` tells the turns of one server apart, such as rows a page. */
export interface Turn {
  server: Server;
  at: number;
  target: Target;
  before?: () => Promise<void>;
}

/** Processor seconds a request: where the next bottleneck is. */
export interface Cpu {
  server: number;
  postgres: number;
  load: number;
}

export interface Sample extends Load {
  round: number;
  server: string;
  at: number;
  cpu?: Cpu;
}

export interface Pace {
  rounds: number;
  seconds: number;
  connections: number;
  postgres: Meter;
}

/** Everything takes its turn in each round, so that a drift of the machine meets all alike. Round 0 warms up. */
export async function alternate(turns: readonly Turn[], pace: Pace): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round <= pace.rounds; round++) {
    for (const turn of turns) {
      await turn.before?.();
      const { name } = turn.server;
      const meters = { server: processMeter(turn.server.pid), postgres: pace.postgres, load: ownMeter };
      const [result, cpu] = await metered(meters, () => load(turn.target, pace.connections, pace.seconds * 1000)).catch(
        (error: Error) => {
          throw new Error(`${name} at ${turn.at}: ${error.message}`);
        },
      );
      process.stderr.write(`  ${round || 'warm-up'}: ${name} at ${turn.at}: ${result.perSecond.toFixed(0)}/s\n`);
      if (round > 0) samples.push({ round, server: name, at: turn.at, ...result, cpu: cpu(result.requests) });
    }
  }
  return samples;
}

async function metered(
  meters: Record<keyof Cpu, Meter>,
  work: () => Promise<Load>,
): Promise<[Load, (requests: number) => Cpu | undefined]> {
  const read = () => [meters.server(), meters.postgres(), meters.load()];
  const before = read();
  const result = await work();
  const after = read();
  const used = after.map((value, i) => (value ?? NaN) - (before[i] ?? NaN));
  return [
    result,
    (requests) => {
      const [server = NaN, postgres = NaN, ours = NaN] = used.map((seconds) => seconds / requests);
      return Number.isNaN(server + postgres) ? undefined : { server, postgres, load: ours };
    },
  ];
}
