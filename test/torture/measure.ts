/** The value below which this share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const quantiles = (samples: readonly number[]) => ({
  p50: quantile(samples, 0.5),
  p99: quantile(samples, 0.99),
});

export const MiB = (bytes: number) => Math.round(bytes / 2 ** 20);
export const perSecond = (count: number, milliseconds: number) => Math.round(count / (milliseconds / 1_000));
