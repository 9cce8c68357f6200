/** How many observations were at most so large, by that bound. */
type Buckets = ReadonlyMap<number, number>;

/**
 * The value that the share `quantile` of the observations lies below, linear within a bucket, as Prometheus'
 * histogram_quantile has it; NaN where that has none. Beyond the last finite bound nothing is known: the bound is given.
 */
export function estimateQuantile(quantile: number, buckets: Buckets): number {
  const rising = makeRise([...buckets].sort(([a], [b]) => a - b));
  const [last, observations = 0] = rising.at(-1) ?? [];
  if (rising.length < 2 || last !== Infinity || observations === 0) return NaN;
  const rank = quantile * observations;
  const index = rising.findIndex(([upper, count]) => count >= rank || upper === Infinity);
  const [upper, count] = rising[index] ?? [Infinity, 0];
  const [lower, below] = rising[index - 1] ?? [0, 0];
  if (upper === Infinity) return lower;
  if (index === 0 && upper <= 0) return upper;
  return lower + (upper - lower) * ((rank - below) / (count - below));
}

/** Counts never fall from a bound to the next; sums over workers with other bounds may. */
function makeRise(sorted: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  let most = 0;
  return sorted.map(([upper, count]) => {
    most = Math.max(most, count);
    return [upper, most];
  });
}
