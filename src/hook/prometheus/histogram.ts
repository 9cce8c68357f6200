/** The observations at or below each upper bound. */
type Buckets = ReadonlyMap<number, number>;

/**
 * Computes a quantile by linear interpolation within its bucket, as Prometheus' histogram_quantile does; NaN if that has
 * none. A quantile beyond the last finite bound is that bound.
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

/** Makes counts rise from bound to bound; sums over workers with different bounds may fall. */
function makeRise(sorted: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  let most = 0;
  return sorted.map(([upper, count]) => {
    most = Math.max(most, count);
    return [upper, most];
  });
}
