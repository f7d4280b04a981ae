import type { Findings } from '../measure/measurement';
import { median } from '../measure/ratios';
import type { Sample } from '../rounds';

/** One server asked one thing: medians over the rounds. */
export interface ServerRow {
  what: string;
  unit: string;
  at: number;
  headline: boolean;
  server: string;
  perSecond: number;
  p50: number;
  p99: number;
  /** Of the first server's speed in the same round. */
  ofFirst: number;
  cpu?: Spent;
}

/** Where a request's processor time goes, in milliseconds, and how many cores were busy: all of them means no idle waiting. */
export interface Spent {
  server: number;
  postgres: number;
  load: number;
  cores: number;
}

export function serverRows({ what, unit, headline, samples }: Findings): ServerRow[] {
  const sizes = [...new Set(samples.map(({ at }) => at))];
  const names = [...new Set(samples.map(({ server }) => server))];
  const of = (name: string, at: number) => samples.filter((each) => each.server === name && each.at === at);
  return sizes.flatMap((at) => {
    const first = of(names[0] ?? '', at);
    return names.map((server) => {
      const own = of(server, at);
      const middle = (measure: (sample: Sample) => number) => rounded(median(own.map(measure)));
      return {
        what,
        unit,
        at,
        headline: at === headline,
        server,
        perSecond: middle(({ perSecond }) => perSecond),
        p50: middle(({ p50 }) => p50),
        p99: middle(({ p99 }) => p99),
        ofFirst: rounded(median(own.map(({ perSecond }, i) => perSecond / (first[i]?.perSecond ?? NaN)))),
        cpu: spent(own),
      };
    });
  });
}

function spent(samples: readonly Sample[]): Spent | undefined {
  if (!samples.every(({ cpu }) => cpu)) return undefined;
  const middle = (measure: (sample: Sample) => number) => rounded(median(samples.map(measure)));
  const milliseconds = (of: 'server' | 'postgres' | 'load') => middle(({ cpu }) => 1000 * (cpu?.[of] ?? NaN));
  return {
    server: milliseconds('server'),
    postgres: milliseconds('postgres'),
    load: milliseconds('load'),
    cores: middle(({ cpu, perSecond }) => perSecond * ((cpu?.server ?? 0) + (cpu?.postgres ?? 0) + (cpu?.load ?? 0))),
  };
}

const rounded = (value: number) => Number(value.toPrecision(3));
