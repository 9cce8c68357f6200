import { expect, it } from 'vitest';
import { MERGES, mergeOf, mergeShares } from '../../../src/shape/merged/rules.ts';

/** The values of several processes as one. */
function merge(
  how: keyof typeof MERGES,
  values: number[],
  samples = values.map(() => 1),
): number | undefined {
  const tally = { totals: new Float64Array(1), weights: new Float64Array(1) };
  const weights = {
    one: new Float64Array(values.length).fill(1),
    busy: Float64Array.from(samples),
    samples: Float64Array.from(samples),
  };
  const share = {
    values: Float64Array.from(values),
    empty: Number.NaN,
    weights,
    owners: values.map(() => 0),
  };
  mergeShares(MERGES[how], [share], tally);
  return tally.totals[0];
}

it.each<[keyof typeof MERGES, number[], number]>([
  ['sum', [1, 2, Number.NaN], 3],
  ['mean', [1, 3, Number.NaN], 2],
  ['max', [-3, -1], -1],
  ['min', [3, 1], 1],
  ['limit', [3, 4], 7],
  ['limit', [3, 0], 0],
  ['age', [7, 3], 3],
  ['age', [7, -1], 7],
  ['age', [-1, -1], -1],
  ['sum', [Number.NaN], Number.NaN],
])('%s of %j is %d', (how, values, total) => {
  expect(merge(how, values)).toBe(total);
});

it('means are weighed by the requests behind them, and none is of none', () => {
  expect(merge('mean by samples', [10, 40], [300, 100])).toBe(17.5);
  expect(merge('mean of busy', [10, 40], [0, 0])).toBe(Number.NaN);
});

it.each([
  ['stot', 'sum'],
  ['smax', 'max'],
  ['slim', 'limit'],
  ['downtime', 'max'],
  ['lastchg', 'min'],
  ['lastsess', 'age'],
  ['act', 'mean'],
  ['qtime', 'mean by samples'],
  ['Uptime_sec', 'min'],
  ['h2_open_connections', 'sum'],
  ['new_thing', 'sum'],
  ['new_thing_max', 'max'],
  ['NewLimit', 'limit'],
] as const)('%s is merged as %s', (field, how) => {
  expect(mergeOf(field)).toBe(MERGES[how]);
});
