import { estimateQuantile } from './histogram.ts';

const QUANTILES = [0.5, 0.95, 0.99];

/** The names of a histogram's quantiles. */
export const QUANTILE_NAMES: ReadonlySet<string> = new Set(QUANTILES.map(nameQuantile));

/**
 * Computes a histogram's quantiles, each with its name, from the observations at or below each bound; NaN for a quantile that
 * does not exist.
 */
export function nameQuantiles(
  buckets: ReadonlyMap<number, number>,
): readonly (readonly [name: string, value: number])[] {
  return QUANTILES.map(quantile => [nameQuantile(quantile), estimateQuantile(quantile, buckets)]);
}

/** Returns the name of a quantile between 0 and 1 as a percentile: `p99` for 0.99, `p99_9` for 0.999. */
export function nameQuantile(quantile: number): string {
  return `p${String(Number((quantile * 100).toPrecision(12))).replace('.', '_')}`;
}
