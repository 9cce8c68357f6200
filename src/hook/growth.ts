import type { Histograms, HookSeries } from '../types.ts';
import { nameQuantiles, QUANTILE_NAMES } from './prometheus/quantiles.ts';

/**
 * Computes quantiles of each histogram's increase since the previous run, and returns the histograms for the next one. A
 * histogram that is new or did not grow gets no quantiles; one that fell was started again, and gets those of all its
 * observations. Of series with one identity the first is stored, since it is the one that is sent.
 */
export function measureGrowth(
  before: Histograms,
  series: readonly HookSeries[],
): { readonly series: readonly HookSeries[]; readonly now: Histograms } {
  const now = new Map<string, ReadonlyMap<number, number>>();
  const grown = series.map(one => {
    if (one.buckets === undefined) return one;
    const key = JSON.stringify([one.app ?? null, one.metric, one.labels]);
    const figures = new Map([...one.figures].filter(([name]) => !QUANTILE_NAMES.has(name)));
    const last = before.get(key);
    if (!now.has(key)) now.set(key, one.buckets);
    for (const [name, value] of last === undefined ? [] : nameQuantiles(subtractBuckets(one.buckets, last))) {
      if (Number.isFinite(value)) figures.set(name, value);
    }
    return { ...one, figures };
  });
  const absent = [...before].filter(([key]) => !now.has(key));
  return { series: grown, now: new Map([...absent, ...now]) }; // the newest are last
}

function subtractBuckets(
  buckets: ReadonlyMap<number, number>,
  last: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const growth = Array.from(buckets, ([bound, count]) => [bound, count - (last.get(bound) ?? 0)] as const);
  return growth.some(([, count]) => count < 0) ? buckets : new Map(growth);
}
