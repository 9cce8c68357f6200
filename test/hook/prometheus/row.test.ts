import { expect, test } from 'vitest';
import { parseRow } from '../../../src/hook/prometheus/row.ts';

test.each([
  ['{"my.metric"} 2', { name: 'my.metric', labels: [], value: 2 }],
  ['{"my.metric",a="b"} 2', { name: 'my.metric', labels: [['a', 'b']], value: 2 }],
  ['{a="b", "my metric"} 2', { name: 'my metric', labels: [['a', 'b']], value: 2 }],
  ['m{"http.status"="200"} 1e3 1395066363000', { name: 'm', labels: [['http.status', '200']], value: 1000 }],
  ['{"a\\"b\\\\"} 1', { name: 'a"b\\', labels: [], value: 1 }],
  ['m{a="1",a="2"} 1', { name: 'm', labels: [['a', '2']], value: 1 }],
  ['m +.5e-1#x', { name: 'm', labels: [], value: 0.05 }],
])('%s is a row', (line, row) => {
  expect(parseRow(line)).toEqual(row);
});

test.each(['m +Inf', 'm -inf', 'm NaN', 'm nan 5'])('the number of %s is none', line => {
  expect(parseRow(line)).toEqual({ name: 'm', labels: [], value: Number.NaN });
});

test.each([
  '{} 1',
  '{a="b"} 1',
  '{"a","b"} 1',
  'm{"a"="b} 1',
  'm{a} 1',
  'm{a="b"',
  'm{a="b" c="d"} 1',
  'm{,} 1',
  'm{a="b",,} 1',
  'm',
  'm ',
  'm 1.2.3',
  'm 1e',
  'm .',
  'm +',
  'm 1 x',
  'm 1 2 3',
  'm 1 2x',
  'm "1"',
  '1 1',
  '"m" 1',
])('%s is no row', line => {
  expect(parseRow(line)).toBeUndefined();
});

test('a longer line takes longer in proportion, whatever stands in it', () => {
  const pieces = ['1', '.', ' ', 'a', '\\', '"', '"a"', '{', 'a="b",', 'e1', '#', '-', '1.1'];
  const starts = ['', 'm ', 'm 1', 'm 1.', 'm 1 ', 'm{', 'm{a="', '{"'];
  const from = performance.now();
  for (const start of starts) for (const piece of pieces) parseRow(`${start}${piece.repeat(200_000)}x`);
  expect(performance.now() - from).toBeLessThan(10_000);
});
