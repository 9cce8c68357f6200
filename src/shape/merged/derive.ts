/** Reads a field of `show info`, of one process or merged; undefined if it is missing. */
type Fields = (name: string) => number | undefined;

const PERCENTAGES = [
  ['ConnPercentage', 'CurrConns', 'Maxconn'],
  ['ConnRatePercentage', 'ConnRate', 'ConnRateLimit'],
  ['SslRatePercentage', 'SslRate', 'SslRateLimit'],
  ['SslConnPercentage', 'CurrSslConns', 'MaxSslConns'],
] as const;

/**
 * Computes haproxystats' `calculate-percentages`: each current number as a percentage of its limit, 0 if there is no limit.
 */
export function* derivePercentages(fields: Fields): Iterable<[name: string, value: number]> {
  for (const [name, current, limit] of PERCENTAGES) {
    const [used, available] = [fields(current), fields(limit)];
    if (used === undefined || available === undefined) continue;
    yield [name, available === 0 ? 0 : (used / available) * 100];
  }
}

const QUANTILES = [25, 50, 75, 95, 99];

/**
 * Yields statistics of `usages`, the CPU use of each process in percent: the mean and, for two or more processes, percentiles
 * and the standard deviation; nothing if there are none.
 */
export function* deriveCpuUsage(usages: readonly number[]): Iterable<[name: string, value: number]> {
  if (usages.length === 0) return;
  const mean = usages.reduce((total, usage) => total + usage, 0) / usages.length;
  yield ['CpuUsagePct', mean];
  if (usages.length === 1) return;
  const sorted = [...usages].sort((a, b) => a - b);
  for (const quantile of QUANTILES)
    yield [`${quantile}PercentileCpuUsagePct`, nearestRank(sorted, quantile / 100)];
  const squares = usages.reduce((total, usage) => total + (usage - mean) ** 2, 0);
  yield ['StdCpuUsagePct', Math.sqrt(squares / (usages.length - 1))];
}

/** Returns the value of the nearest rank, the even one of two equally near: pandas' `interpolation='nearest'`. */
function nearestRank(sorted: readonly number[], quantile: number): number {
  const rank = (sorted.length - 1) * quantile;
  const below = Math.floor(rank);
  const isUpper = rank - below > 0.5 || (rank - below === 0.5 && below % 2 === 1);
  return sorted[isUpper ? below + 1 : below] ?? 0;
}
