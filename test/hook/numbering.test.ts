import { expect, test } from 'vitest';
import { numberWorkers } from '../../src/hook/numbering.ts';
import type { HookSeries, NumberedWorker } from '../../src/types.ts';

const ofWorker = (
  id: string,
  { app = 'web', source = 'page', labels = [] as string[][] } = {},
): HookSeries => ({
  app,
  metric: 'm',
  labels: labels.map(([name = '', value = '']) => [name, value] as const),
  figures: new Map([['', 1]]),
  worker: { source, id },
});

/** Labels of each series in turn. */
const labelsOf = (series: readonly HookSeries[]) =>
  series.map(({ labels }) => labels.map(pair => pair.join('=')).join());

/** The workers of each run, by number. */
function runs(...all: (readonly string[])[]): Record<string, string>[] {
  let before: readonly NumberedWorker[] = [];
  return all.map(ids => {
    const ran = numberWorkers(
      before,
      ids.map(id => ofWorker(id)),
      new Set(),
    );
    before = ran.now;
    return Object.fromEntries(before.map(({ number, id }) => [number, id]));
  });
}

test('a worker keeps its number, and a new one takes the lowest that is free', () => {
  expect(runs(['a', 'b', 'c'], ['a', 'c'], ['d', 'a', 'c', 'e'], ['e'], ['f', 'e'])).toEqual([
    { 0: 'a', 1: 'b', 2: 'c' },
    { 0: 'a', 2: 'c' },
    { 0: 'a', 1: 'd', 2: 'c', 3: 'e' },
    { 3: 'e' },
    { 0: 'f', 3: 'e' },
  ]);
});

test('all series of a worker have its number, and each application counts from 0', () => {
  const { series, now } = numberWorkers(
    [],
    [
      { app: 'web', metric: 'm', labels: [], figures: new Map() },
      ofWorker('a', { labels: [['path', '/']] }),
      ofWorker('b'),
      ofWorker('a', { source: 'other page' }),
      ofWorker('a', { app: 'api' }),
      ofWorker('a', { labels: [['worker', 'celery']] }),
    ],
    new Set(),
  );
  expect(labelsOf(series)).toEqual([
    '',
    'path=/,worker=0',
    'worker=1',
    'worker=2',
    'worker=0',
    'exported_worker=celery,worker=0',
  ]);
  expect(series.every(one => !('worker' in one))).toBe(true);
  expect(now).toHaveLength(4);
});

test('workers of a source that was not read keep their numbers, those of one that is no longer asked do not', () => {
  const { now } = numberWorkers(
    [],
    [ofWorker('a', { source: 'late' }), ofWorker('b'), ofWorker('c')],
    new Set(),
  );
  const later = numberWorkers(now, [ofWorker('c'), ofWorker('d')], new Set(['late']));
  expect(labelsOf(later.series)).toEqual(['worker=2', 'worker=1']);
  expect(
    numberWorkers(later.now, [ofWorker('d'), ofWorker('e')], new Set()).now.map(one => one.number),
  ).toEqual([1, 0]);
});
