import { expect, test } from 'vitest';
import { bucketsOf, listFigures, type MetricKind } from '../../../src/hook/prometheus/figures.ts';

function list(kind: MetricKind, parts: Record<string, number[]>, metric = 'm'): Record<string, number> {
  const group = { metric, kind, labels: [], parts: new Map(Object.entries(parts)) };
  return Object.fromEntries(listFigures(group));
}

test('numbers and gauges of several workers are added up, of uptimes the longest counts', () => {
  expect(list('number', { '': [1, 2, 4] })).toEqual({ '': 7 });
  expect(list('gauge', { '': [1, Number.NaN] })).toEqual({ '': Number.NaN });
  expect(list('gauge', { '': [5, 60, 7] }, 'gunicorn_worker_uptime_seconds')).toEqual({ '': 60 });
});

test('a summary has its count, sum and mean, and the quantiles of a single worker', () => {
  expect(list('summary', { count: [4], sum: [2], '0.5': [0.4] })).toEqual({
    count: 4,
    sum: 2,
    avg: 0.5,
    p50: 0.4,
  });
  expect(list('summary', { count: [4, 4], sum: [2, 6], '0.5': [0.4, 0.6] })).toEqual({
    count: 8,
    sum: 8,
    avg: 1,
  });
});

test('a histogram has the quantiles of all workers together', () => {
  const parts = { count: [1, 3], sum: [1, 3], '1': [1, 1], '2': [1, 3], '+Inf': [1, 3] };
  expect(list('histogram', parts)).toMatchObject({ count: 4, sum: 4, avg: 1, p50: 1 });
  expect(bucketsOf(new Map(Object.entries(parts)))).toEqual(
    new Map([
      [1, 2],
      [2, 4],
      [Infinity, 4],
    ]),
  );
});

test('a bucket whose bound or count is no number is none, and the others have the quantiles', () => {
  const whole = { count: [4], sum: [4], '1': [2], '2': [4], '+Inf': [4] };
  const odd = { ...whole, abc: [2], '': [2], '-Inf': [2], NaN: [2], '1.5': [Number.NaN], '1.7': [Infinity] };
  expect(bucketsOf(new Map(Object.entries(odd)))).toEqual(bucketsOf(new Map(Object.entries(whole))));
  expect(list('histogram', odd)).toEqual(list('histogram', whole));
});
