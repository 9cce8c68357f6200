import { expect, test } from 'vitest';
import { renderHooks, renderProcess } from '../../src/commands/screen.ts';
import type { ProcessOverview, RowOverview } from '../../src/shape/overview.ts';
import type { HookSeries } from '../../src/types.ts';

const ROW: RowOverview = { proxy: 'app', service: 's1', type: 'server', status: 'UP', state: 'UP' };

function render(own: Partial<ProcessOverview>, colour = false): readonly string[] {
  return renderProcess({ endpoint: 'unix:/s', name_in_paths: '1', rows: [ROW], ...own }, colour).split('\n');
}

/** The cells of a row, behind the titles of the columns that are shown. */
function cells(own: Partial<RowOverview>): readonly string[] {
  return render({ rows: [{ ...ROW, ...own }] })
    .slice(3, -1)
    .map(line => line.trim().split(/ {2,}/).join(' | '));
}

test('the heading says what HAProxy says of itself, and nothing for what it does not', () => {
  const full = {
    version: '3.0.1',
    node: 'lb1',
    pid: 42,
    uptime_seconds: 61,
    sessions: 3,
    sessions_limit: 100,
  };
  expect(render({ ...full, idle_percent: 99 }).slice(0, 3)).toEqual([
    'unix:/s',
    '  HAProxy 3.0.1, node lb1, pid 42, 1 in paths, up 1m 1s, 3/100 connections, 99 % idle',
    '',
  ]);
  expect(render({})[1]).toBe('  HAProxy, 1 in paths');
  expect(render({ uptime_seconds: 0, sessions: 0, sessions_limit: 0, idle_percent: 0 })[1]).toBe(
    '  HAProxy, 1 in paths, up 0s, 0 connections, 0 % idle',
  );
  expect(render({ node: 'a\nb' })[1]).toBe('  HAProxy, node a b, 1 in paths');
});

test('old workers are a line of their own, if there are any', () => {
  const old = { old_workers_connections: 7, old_workers_oldest_seconds: 3600 };
  expect(render({ ...old, old_workers: 2 })[2]).toBe('  2 old workers, the oldest 1h, 7 connections');
  expect(render({ ...old, old_workers: 0 })[2]).toBe('');
  const silent = { old_workers: 2, old_workers_oldest_seconds: 3600 };
  expect(render(silent)[2]).toBe('  2 old workers, the oldest 1h');
});

test('a row has its numbers, a column that is empty in all rows is left out', () => {
  const row = { since_seconds: 3700, sessions: 3, sessions_limit: 10, rate: 0, check: 'L4OK' };
  expect(cells(row)).toEqual([
    'PROXY | SERVICE | STATE | SINCE | SESSIONS | RATE | CHECK',
    'app | s1 | UP | 1h | 3/10 | 0 | L4OK',
  ]);
  expect(cells({})).toEqual(['PROXY | SERVICE | STATE', 'app | s1 | UP']);
  expect(cells({ sessions: 3, sessions_limit: 0 })[1]).toBe('app | s1 | UP | 3');
});

test.each([
  [99_999, '99999'],
  [100_000, '100k'],
  [9_999_999, '9999k'],
  [10_000_000, '10M'],
  [9_999_999_999, '9999M'],
  [10_000_000_000, '10G'],
])('a count of %i is shown as %s', (value, shown) => {
  expect(cells({ errors: value })[1]).toBe(`app | s1 | UP | ${shown}`);
});

test('without rows it says why; the text ends with an empty line either way', () => {
  expect(render({ rows: [] }).slice(2)).toEqual([
    '',
    '  every row is left out by --include, --exclude or the config file',
    '',
  ]);
  expect(render({}).at(-1)).toBe('');
});

test('only with colour are rows painted: DOWN is red, what is neither UP nor DOWN is yellow', () => {
  const { state: _, ...stateless } = ROW;
  const rows = [...['DOWN', 'UP', 'MAINT'].map(state => ({ ...ROW, state })), stateless];
  const colours = (colour: boolean) =>
    render({ rows }, colour)
      .slice(4, -1)
      .map(line => line.match(/\[3\dm/)?.[0]);
  expect(colours(true)).toEqual(['[31m', undefined, '[33m', '[33m']);
  expect(colours(false)).toEqual([undefined, undefined, undefined, undefined]);
});

test('hook series are named by application, metric and labels; figures have three decimals and break in lines', () => {
  const figures = new Map([
    ['avg', 0.123_45],
    ['max', 2],
  ]);
  const one: HookSeries = { app: 'web', metric: 'm', labels: [['a', 'b']], figures };
  expect(renderHooks([one])).toBe('HOOK STATISTICS  FIGURES\nweb m a=b        avg 0.123, max 2\n');
  expect(renderHooks([{ ...one, app: undefined, labels: [], figures: new Map([['', 7]]) }])).toBe(
    'HOOK STATISTICS  FIGURES\nm                7\n',
  );
  expect(renderHooks([])).toBe('');
});

test('a further line of figures has no name, and none is longer than 100 characters', () => {
  const figures = new Map(Array.from({ length: 12 }, (_, index) => [`figure_${index}`, index]));
  const name = 'x'.repeat(50);
  const lines = renderHooks([{ app: name, metric: undefined, labels: [], figures }]).split('\n');
  const gap = ' '.repeat(42);
  expect(lines.slice(1)).toEqual([
    `${'x'.repeat(39)}…  figure_0 0, figure_1 1, figure_2 2, figure_3 3,`,
    `${gap}figure_4 4, figure_5 5, figure_6 6, figure_7 7,`,
    `${gap}figure_8 8, figure_9 9, figure_10 10, figure_11 11`,
    '',
  ]);
});
