import { expect, it } from 'vitest';
import { MERGES, mergeOf, mergeShares } from '../../../src/shape/merged/rules.ts';
import { seededRandom } from '../../helpers/random.ts';

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

it('one row to an object stays as it is by every rule, whether that is known or not', () => {
  const random = seededRandom(20_261_126);
  const pick = (values: readonly number[]): number => values[Math.floor(random() * values.length)] ?? 0;
  const column = (values: readonly number[]) => Float64Array.from({ length: 200 }, () => pick(values));
  const weights = { one: column([1]), busy: column([0, 1]), samples: column([0, 1, 7, 1024]) };
  const owners = Array.from({ length: 200 }, (_, row) => row);
  for (const rule of Object.values(MERGES)) {
    const values = column([
      Number.NaN,
      0,
      1,
      5,
      1000,
      123_456_789_012,
      ...(rule.combine === 'age' ? [-1] : []),
    ]);
    const totals = [true, false].map(apart => {
      const tally = { totals: new Float64Array(256), weights: new Float64Array(256) };
      mergeShares(rule, [{ values, empty: rule.empty, weights, owners, apart }], tally);
      return [...tally.totals];
    });
    expect(totals[0]).toEqual(totals[1]);
  }
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
