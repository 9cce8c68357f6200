import { expect, test } from 'vitest';
import { measureGrowth } from '../../src/hook/growth.ts';
import type { Histograms, HookSeries } from '../../src/types.ts';

const histogram = (counts: readonly number[], app?: string): HookSeries => ({
  app,
  metric: 'h',
  labels: [['a', 'b']],
  figures: new Map([
    ['count', counts.at(-1) ?? 0],
    ['p50', 99],
    ['p95', 99],
    ['p99', 99],
  ]),
  buckets: new Map([1, 2, Infinity].map((bound, at) => [bound, counts[at] ?? 0])),
});

/** The p50 of each run over a histogram, whose buckets hold so much. */
function runs(...all: (readonly number[])[]): (number | undefined)[] {
  let before: Histograms = new Map();
  return all.map(counts => {
    const { series, now } = measureGrowth(before, [histogram(counts)]);
    before = now;
    return series[0]?.figures.get('p50');
  });
}

test('quantiles are of what came since the run before', () => {
  expect(runs([100, 100, 100], [100, 110, 110], [110, 130, 130])).toEqual([undefined, 1.5, 1]);
});

test('there is none where nothing came, and one over all where it was begun anew', () => {
  expect(runs([1, 1, 1], [1, 1, 1], [0, 1, 1])).toEqual([undefined, undefined, 1.5]);
});

test('of two series with one identity the first is stored', () => {
  const { now } = measureGrowth(new Map(), [histogram([100, 100, 100]), histogram([7, 7, 7])]);
  const { series } = measureGrowth(now, [histogram([100, 110, 110]), histogram([7, 7, 9])]);
  expect(series[0]?.figures.get('p50')).toBe(1.5);
});

test('what is no histogram stays as it is, and what is not there now is not forgotten', () => {
  const gauge: HookSeries = { app: undefined, metric: 'g', labels: [], figures: new Map([['p50', 7]]) };
  const { series, now } = measureGrowth(new Map([['other', new Map([[1, 2]])]]), [
    gauge,
    histogram([1, 1, 1], 'x'),
  ]);
  expect(series[0]).toBe(gauge);
  expect([...now.keys()]).toEqual(['other', '["x","h",[["a","b"]]]']);
  expect([...(series[1]?.figures.keys() ?? [])]).toEqual(['count']);
});
