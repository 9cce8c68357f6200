import { expect, test } from 'vitest';
import { estimateQuantile } from '../../../src/hook/prometheus/histogram.ts';

// Worked by hand from the rules of histogram_quantile in Prometheus' documentation.
const DURATIONS = new Map([
  [0.1, 50],
  [0.5, 90],
  [1, 98],
  [Infinity, 100],
]);

test.each([
  [0.5, 0.1], // the 50th of 100 is the last in the first bucket
  [0.25, 0.05], // the middle of the first bucket, which begins at 0
  [0.7, 0.3], // the 70th is the 20th of the 40 between 0.1 and 0.5
  [0.94, 0.75],
  [0.99, 1], // in the last bucket, which has no bound
])('the quantile %d is %d', (quantile, value) => {
  expect(estimateQuantile(quantile, DURATIONS)).toBeCloseTo(value, 12);
});

test('bounds may come in any order', () => {
  expect(estimateQuantile(0.7, new Map([...DURATIONS].reverse()))).toBeCloseTo(0.3, 12);
});

test('a first bound that is not above 0 is given as it is', () => {
  const buckets = new Map([
    [-1, 9],
    [0, 10],
    [Infinity, 10],
  ]);
  expect(estimateQuantile(0.5, buckets)).toBe(-1);
  expect(estimateQuantile(0.95, buckets)).toBeCloseTo(-0.5, 12);
});

test('counts that fall from a bound to the next are taken as equal', () => {
  const buckets = new Map([
    [1, 10],
    [2, 8],
    [4, 20],
    [Infinity, 20],
  ]);
  expect(estimateQuantile(0.75, buckets)).toBeCloseTo(3, 12);
});

test.each<[string, [number, number][]]>([
  ['no bucket', []],
  ['the last bucket alone', [[Infinity, 3]]],
  [
    'no last bucket',
    [
      [1, 3],
      [2, 4],
    ],
  ],
  [
    'no observation',
    [
      [1, 0],
      [Infinity, 0],
    ],
  ],
])('there is none of %s', (_, buckets) => {
  expect(estimateQuantile(0.5, new Map(buckets))).toBeNaN();
});
