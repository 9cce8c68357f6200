import { estimateQuantile } from './histogram.ts';

const QUANTILES = [0.5, 0.95, 0.99];

/** The names of a histogram's quantiles. */
export const QUANTILE_NAMES: ReadonlySet<string> = new Set(QUANTILES.map(nameQuantile));

/** Computes a histogram's quantiles by name from the observations at or below each bound; NaN where there is none. */
export function nameQuantiles(
  buckets: ReadonlyMap<number, number>,
): readonly (readonly [name: string, value: number])[] {
  return QUANTILES.map(quantile => [nameQuantile(quantile), estimateQuantile(quantile, buckets)]);
}

/** `p99`, and `p99_9` where there is a fraction. */
export function nameQuantile(quantile: number): string {
  return `p${String(Number((quantile * 100).toPrecision(12))).replace('.', '_')}`;
}
