import type { Sample } from '../rounds';
import type { Figure } from './measurement';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return (low + high) / 2;
}

export const samplesOf = (samples: readonly Sample[], server: string, at: number) =>
  samples.filter((sample) => sample.server === server && sample.at === at);

const rounded = (value: number) => Number(value.toPrecision(4));

/** Ratios are taken round by round, so that a drift of the machine cancels; the median of them counts. */
export function ratioOf(
  above: readonly Sample[],
  below: readonly Sample[],
  measure: (sample: Sample) => number,
  target?: Figure['target'],
): Omit<Figure, 'title'> {
  const samples = above.map((sample, i) => rounded(measure(sample) / measure(below[i] as Sample)));
  const value = rounded(median(samples));
  return { value, samples, ...(target && { target, met: meets(value, target) }) };
}

const meets = (value: number, target: NonNullable<Figure['target']>) =>
  'atLeast' in target ? value >= target.atLeast : value <= target.atMost;

export const speed = (sample: Sample) => sample.perSecond;
/** Time of a row, for servers under the same load. */
export const costPerRow = (rows: (sample: Sample) => number) => (sample: Sample) =>
  1 / (sample.perSecond * rows(sample));

/** One ratio at several sizes; the one at `headline` speaks for it. */
export function figure(title: string, headline: number, at: Record<number, Omit<Figure, 'title'>>): Figure {
  const own = at[headline];
  if (!own) throw new Error(`${title}: nothing was measured at ${headline}`);
  return { title, ...own, headline: String(headline), at };
}
