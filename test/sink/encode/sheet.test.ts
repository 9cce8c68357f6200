import { expect, test } from 'vitest';
import type { RowBlock } from '../../../src/sink/encode/rows.ts';
import { laySheet } from '../../../src/sink/encode/sheet.ts';
import type { PointTable } from '../../../src/types.ts';
import { limitsOf } from '../../helpers/packets.ts';

const END = ' 7\n';
const LIMITS = limitsOf(100);

/** The rows of one table whose numbers are those; other rows of the table are not in the block. */
function block(chosen: readonly number[], ...rows: readonly (readonly number[])[]): RowBlock {
  const fields = (rows[0] ?? []).map((_, index) => ({ name: `f${index}`, tag: '' }));
  const places = rows.map((_, row) => [{ prefix: `r${row}.`, before: '', after: '' }]);
  const values = fields.map((_, field) => Float64Array.from(rows, row => row[field] ?? Number.NaN));
  const table: PointTable = { places, fields, values };
  return {
    table,
    rows: chosen.map(row => ({ table, row, place: { prefix: `r${row}.`, before: '', after: '' } })),
  };
}

test('a row’s lines have its own numbers, whichever rows of the table are in the block', () => {
  const sheet = laySheet(block([1, 3], [1, 2], [3, 4], [5, 6], [7, 8]), END, LIMITS);
  expect([sheet.write(0, 0), sheet.write(1, 0)]).toEqual([2, 2]);
  expect(sheet.lines()).toBe(4);
  expect(String(sheet.cut())).toBe('r1.f0 3 7\nr1.f1 4 7\nr3.f0 7 7\nr3.f1 8 7\n');
});

test('texts stand in the order of a path and its tags', () => {
  const place = { prefix: 'lb.', before: ';a=1', after: ';z=2' };
  const table: PointTable = {
    places: [[place]],
    fields: [{ name: 'status', tag: ';state=UP' }],
    values: [Float64Array.of(-0.5)],
  };
  const sheet = laySheet({ table, rows: [{ table, row: 0, place }] }, END, LIMITS);
  sheet.write(0, 0);
  expect(String(sheet.cut())).toBe('lb.status;a=1;state=UP;z=2 -0.5 7\n');
});

test('a line that does not fit begins the next packet', () => {
  const sheet = laySheet(block([0], [1, 22, 3]), END, limitsOf('r0.f0 1 7\nr0.f1 22 7\n'.length));
  expect(sheet.write(0, 0)).toBe(2);
  expect([sheet.stopped(), sheet.size()]).toEqual([10, 21]);
  expect(String(sheet.cut())).toBe('r0.f0 1 7\nr0.f1 22 7\n');
  expect(sheet.size()).toBe(0);
  expect(sheet.write(0, 2)).toBe(3);
  expect(String(sheet.cut())).toBe('r0.f2 3 7\n');
});

test('a line that is longer than a line may be stops the row there, and the next field goes on', () => {
  const sheet = laySheet(block([0], [1, 12_345, Number.NaN, 4]), END, { line: 10, packet: 100 });
  expect([sheet.write(0, 0), sheet.stopped()]).toEqual([1, 14]);
  expect(sheet.write(0, 2)).toBe(4);
  expect(String(sheet.cut())).toBe('r0.f0 1 7\nr0.f3 4 7\n');
  expect(sheet.lines()).toBe(2);
});

test('a packet stays whole when it is cut, whatever is written later', () => {
  const sheet = laySheet(block([0], [1, 2]), END, limitsOf(10));
  sheet.write(0, 0);
  const first = sheet.cut();
  sheet.write(0, 1);
  expect([String(first), String(sheet.cut())]).toEqual(['r0.f0 1 7\n', 'r0.f1 2 7\n']);
});

test.each([
  ['in the same memory where it has room', 1, true],
  ['in a larger one otherwise', 200, false],
])('a sheet goes on with the packet and the count of the one before, %s', (_where, count, isSame) => {
  const limits = limitsOf(8000);
  const before = laySheet(block([0], [1, 2]), END, limits);
  before.write(0, 0);
  const numbers = Array.from({ length: 40 }, (_, field) => field);
  const rows = Array.from({ length: count }, () => numbers);
  const next = laySheet(block([...rows.keys()], ...rows), END, limits, before);
  expect(next.heap === before.heap).toBe(isSame);
  expect(next.size()).toBe('r0.f0 1 7\nr0.f1 2 7\n'.length);
  expect(next.write(count - 1, 0)).toBe(40);
  const lines = numbers.map(number => `r${count - 1}.f${number} ${number} 7\n`).join('');
  expect(String(next.cut())).toBe(`r0.f0 1 7\nr0.f1 2 7\n${lines}`);
  expect(next.lines()).toBe(42);
});
