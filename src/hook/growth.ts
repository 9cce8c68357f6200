import type { Histograms, HookSeries } from '../types.ts';
import { nameQuantiles, QUANTILE_NAMES } from './prometheus/quantiles.ts';

/**
 * Computes quantiles of each histogram's increase since the previous run, and returns the histograms for the next one. A
 * histogram that is new or did not grow gets no quantiles; one that fell was started again, and gets those of all its
 * observations.
 */
export function measureGrowth(
  before: Histograms,
  series: readonly HookSeries[],
): { readonly series: readonly HookSeries[]; readonly now: Histograms } {
  const now = new Map(before);
  const grown = series.map(one => {
    if (one.buckets === undefined) return one;
    const key = JSON.stringify([one.app ?? null, one.metric, one.labels]);
    const figures = new Map([...one.figures].filter(([name]) => !QUANTILE_NAMES.has(name)));
    const last = before.get(key);
    now.delete(key); // the newest are last
    now.set(key, one.buckets);
    for (const [name, value] of last === undefined ? [] : nameQuantiles(subtractBuckets(one.buckets, last))) {
      if (Number.isFinite(value)) figures.set(name, value);
    }
    return { ...one, figures };
  });
  return { series: grown, now };
}

function subtractBuckets(
  buckets: ReadonlyMap<number, number>,
  last: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const growth = Array.from(buckets, ([bound, count]) => [bound, count - (last.get(bound) ?? 0)] as const);
  return growth.some(([, count]) => count < 0) ? buckets : new Map(growth);
}
