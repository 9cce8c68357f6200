import { expect, test } from 'vitest';
import { listBlocks, listRows, showPath } from '../../../src/sink/encode/rows.ts';
import type { Place, PointTable } from '../../../src/types.ts';
import { limitsOf } from '../../helpers/packets.ts';

function place(prefix: string, before = '', after = ''): Place {
  return { prefix, before, after };
}

function table(places: readonly (readonly Place[])[], ...columns: number[][]): PointTable {
  return {
    places,
    fields: columns.map((_, index) => ({ name: `f${index}`, tag: '' })),
    values: columns.map(column => Float64Array.from(column)),
  };
}

function encoding(longest: number) {
  const refused: [path: string, datapoints: number][] = [];
  const refuse = (path: string, datapoints: number): void => void refused.push([path, datapoints]);
  return { refused, timestamp: 7, limits: limitsOf(longest), refuse, packed: () => undefined };
}

function rowsOf(points: readonly PointTable[], longest = 100): string[] {
  return Array.from(listRows(points, encoding(longest)), ({ table, row, place }) =>
    [points.indexOf(table), row, place.prefix].join(' '),
  );
}

test('a row is listed once for each of its places, in order, and not without one', () => {
  const first = table([[place('a.'), place('g.a.')], [], [place('c.')]], [1, 2, 3]);
  const second = table([[place('d.')]], [4]);
  expect(rowsOf([first, second])).toEqual(['0 0 a.', '0 0 g.a.', '0 2 c.', '1 0 d.']);
});

test('a place that is longer than a line is refused once, with the number of its values', () => {
  const points = table(
    [[place('12345', '678', '90')], [place('12345', '678', '901'), place('short')]],
    [1, 2],
    [3, Number.NaN],
    [5, 6],
  );
  const told = encoding(10);
  expect(Array.from(listRows([points], told), ({ place }) => place.prefix)).toEqual(['12345', 'short']);
  expect(told.refused).toEqual([['12345f0678901', 2]]);
});

test('a table without fields is refused without a name', () => {
  const told = encoding(3);
  expect([...listRows([table([[place('long')]])], told)]).toEqual([]);
  expect(told.refused).toEqual([['long', 0]]);
});

test('blocks have at most 256 rows, and no two tables share one', () => {
  const places = (count: number) => Array.from({ length: count }, (_, row) => [place(`r${row}.`)]);
  const points = [table(places(300), []), table([], []), table(places(3), [])];
  const blocks = Array.from(listBlocks(points, encoding(100)), ({ table, rows }) => [
    points.indexOf(table),
    rows.length,
    rows[0]?.row,
  ]);
  expect(blocks).toEqual([
    [0, 256, 0],
    [0, 44, 256],
    [2, 3, 0],
  ]);
});

test('a path for messages has the field and its tag where a line has them, and 200 characters at most', () => {
  const { before, after } = place('', ';a=1', ';z=2');
  const field = { name: 'status', tag: ';state=UP' };
  expect(showPath({ prefix: 'lb.', before, after }, field)).toBe('lb.status;a=1;state=UP;z=2');
  expect(showPath(place('x'.repeat(199)), { name: 'yz', tag: '' })).toBe(`${'x'.repeat(199)}y`);
});
