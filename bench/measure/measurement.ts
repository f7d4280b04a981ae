import type { Place } from '../operations';
import type { Pace, Sample } from '../rounds';

/** What a measurement finds: mostly a ratio, with that of each round. The median is what counts. */
export interface Figure {
  title: string;
  value: number;
  samples: number[];
  target?: { atLeast: number } | { atMost: number };
  met?: boolean;
  /** The same at other sizes, where there are some; `value` is the one at `headline`. */
  headline?: string;
  at?: Record<string, Omit<Figure, 'at' | 'title' | 'headline'>>;
}

export interface Findings {
  /** What was asked of the servers, and what `at` counts in the samples. */
  what: string;
  unit: string;
  /** The size at which the report compares the servers. */
  headline: number;
  samples: Sample[];
  ratios?: Record<string, Figure>;
  growth?: Record<string, Figure>;
  feed?: Record<string, Figure>;
  versions?: Record<string, Record<string, string>>;
}

/** What measurements share: the data, and how long and often to ask. */
export interface Bench extends Place {
  admin: Place['address'];
  /** Sizes of the data set to compare, in people. */
  growth: number[];
  pace: Pace;
  connections: number;
  /** The name of a filled database of this many people; fills it if need be. */
  databaseOf(people: number): Promise<string>;
}

/** One part of the benchmark, of those listed in run.ts. */
export interface Measurement {
  name: string;
  measure(bench: Bench): Promise<Findings>;
}
