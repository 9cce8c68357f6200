import { expect, test } from 'vitest';
import { ageOfOldest, listSelfMetrics, timed } from '../src/self-metrics.ts';

const FIGURES = {
  endpoints: { read: 2, failed: 1 },
  datapoints: { sent: 10, spooled: 0, dropped: 3 },
  spool: { batches: 2, datapoints: 20, oldest: 1_800_000_000 },
  times: { reading: 12.3, shaping: 1, sending: 2345.6 },
  timestamp: 1_800_000_060,
};

test('a run says what it read, sent, kept and lost, what waits, and how long it took', () => {
  expect(Object.fromEntries(listSelfMetrics(FIGURES))).toEqual({
    heartbeat: 1,
    'endpoints.read': 2,
    'endpoints.failed': 1,
    'datapoints.sent': 10,
    'datapoints.spooled': 0,
    'datapoints.dropped': 3,
    'spool.batches': 2,
    'spool.datapoints': 20,
    'spool.oldest_seconds': 60,
    'seconds.reading': 0.012,
    'seconds.shaping': 0.001,
    'seconds.sending': 2.346,
  });
});

test('without a spool there is nothing to say about it, and an empty one has no age', () => {
  const names = listSelfMetrics({ ...FIGURES, spool: undefined }).map(([name]) => name);
  expect(names.filter(name => name.startsWith('spool'))).toEqual([]);
  const empty = { batches: 0, datapoints: 0, oldest: undefined };
  const metrics = new Map(listSelfMetrics({ ...FIGURES, spool: empty }));
  expect(metrics.get('spool.oldest_seconds')).toBe(0);
});

test('nothing has waited for less than no time, as when the clock was set back', () => {
  expect(ageOfOldest(FIGURES.spool, 1_799_999_999)).toBe(0);
  expect(ageOfOldest(FIGURES.spool, 1_800_000_001)).toBe(1);
});

test('timing items changes nothing about them', () => {
  let total = 0;
  const add = (time: number): void => {
    total += time;
  };
  expect([...timed([1, 2, 3], add)]).toEqual([1, 2, 3]);
  expect(total).toBeGreaterThan(0);
});
