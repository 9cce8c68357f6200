import { expect, test } from 'vitest';
import { type ProcessValue, startMerge } from '../../../../src/hook/prometheus/multiprocess/merge.ts';

function merge(...values: readonly Partial<ProcessValue>[]): Record<string, number> {
  const merging = startMerge(false);
  const key = JSON.stringify(['m', 'm', { a: 'b' }]);
  for (const value of values)
    merging.add({ type: 'gauge', mode: 'sum', pid: '7', key, value: 0, timestamp: 0, ...value });
  const { rows } = merging.pages().page;
  return Object.fromEntries(
    rows.map(({ name, labels, value }) => [`${name} ${labels.map(pair => pair.join('=')).join()}`, value]),
  );
}

const two = (mode: string) =>
  merge({ mode, value: 3, timestamp: 20 }, { mode, value: 5, timestamp: 10, pid: '8' });

test.each([
  ['sum', { 'm a=b': 8 }],
  ['livesum', { 'm a=b': 8 }],
  ['min', { 'm a=b': 3 }],
  ['max', { 'm a=b': 5 }],
  ['livemostrecent', { 'm a=b': 3 }],
  ['all', { 'm a=b,pid=7': 3, 'm a=b,pid=8': 5 }],
])('gauges of two processes in mode %s are %j', (mode, rows) => {
  expect(two(mode)).toEqual(rows);
});

test('a mode that no prometheus_client has is refused', () => {
  expect(() => two('median')).toThrow('has a gauge of a mode that is unknown here');
});

test('a bucket on the page holds all below it, and the last is the count', () => {
  const bucket = (le: string, value: number) => ({
    type: 'histogram',
    mode: '',
    key: JSON.stringify(['h', 'h_bucket', { le }]),
    value,
  });
  const all = [bucket('+Inf', 1), bucket('10.0', 2), bucket('9.0', 4), bucket('9.0', 1)];
  const page = { 'h_bucket le=9.0': 5, 'h_bucket le=10.0': 7, 'h_bucket le=+Inf': 8, 'h_count ': 8 };
  expect(merge(...all)).toEqual(page);
  expect(merge(bucket('abc', 5), ...all, bucket('', 5), bucket('-Inf', 5))).toEqual(page);
});

test.each(['{}', '["m"]', '["m",1,{}]', '["m","m",{"a":1}]'])('the key %s is refused', key => {
  expect(() => merge({ key })).toThrow(
    'has a key that is not the name and the labels of a metric, or one beyond the limits',
  );
});
