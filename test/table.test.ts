import { expect, test } from 'vitest';
import { renderTable, showAge, type TableColumn } from '../src/table.ts';

const COLUMNS: readonly TableColumn[] = [
  { title: 'NAME', width: 6, align: 'left' },
  { title: 'COUNT', width: 5, align: 'right' },
  { title: 'NOTE', width: 40, align: 'left' },
];

test('columns are as wide as their widest cell, and one that is empty everywhere is left out', () => {
  const rows = [
    ['a', '7', ''],
    ['bb', '12', ''],
  ];
  expect(renderTable(COLUMNS, rows, 80)).toEqual(['NAME  COUNT', 'a         7', 'bb       12']);
});

test('a cell that is too long ends with an ellipsis, and the last column takes what is left of the line', () => {
  const rows = [['long-name', '7', 'connection refused']];
  expect(renderTable(COLUMNS, rows, 25)).toEqual(['NAME    COUNT  NOTE', 'long-…      7  connectio…']);
});

test('no cell can break, colour or turn its line', () => {
  const rows = [['a\nb', '1', '\u001b[31mred\u202Eder\u2028x']];
  expect(renderTable(COLUMNS, rows, 80)[1]).toBe('a b       1   [31mred der x');
});

test.each([
  [0, 2, '0s'],
  [59, 2, '59s'],
  [725, 2, '12m 5s'],
  [720, 2, '12m'],
  [3605, 2, '1h'],
  [273_600, 2, '3d 4h'],
  [273_600, 1, '3d'],
])('%i seconds in %i units are %s', (seconds, units, text) => {
  expect(showAge(seconds, units)).toBe(text);
});
