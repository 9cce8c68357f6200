import { expect, test } from 'vitest';
import { parseJson } from '../../src/hook/json.ts';

test('what Python writes for numbers that are none is null; in a string it stays', () => {
  const text = '{"a": NaN, "b": [-Infinity, Infinity, -1], "NaN": "Infinity \\" NaN", "I": 1}';
  expect(parseJson(text)).toEqual({ a: null, b: [null, null, -1], NaN: 'Infinity " NaN', I: 1 });
});

test.each([
  ['{"a": 1', 'begins like JSON but is damaged or cut short'],
  ['{"a', 'begins like JSON but is damaged or cut short'],
  ['{"a": Nope}', 'begins like JSON but is damaged or cut short'],
  ['{"a\\', 'begins like JSON but is damaged or cut short'],
])('%j is refused', (text, message) => {
  expect(() => parseJson(text)).toThrow(new Error(message));
});

test('depth and size are limited before anything is parsed', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJson(nested(16))).toBeDefined();
  expect(() => parseJson(nested(17))).toThrow('is JSON of more than 16 levels: this is no snapshot');
  expect(parseJson(`"${'x'.repeat(1_048_574)}"`)).toHaveLength(1_048_574);
  expect(() => parseJson(`"${'x'.repeat(1_048_575)}"`)).toThrow(
    'holds more than 1048576 bytes of JSON, the limit',
  );
});

test('a megabyte of quotes and backslashes takes no longer than any other', () => {
  const from = performance.now();
  for (const text of ['"\\"'.repeat(300_000), 'N'.repeat(1_000_000), '-Infinity'.repeat(100_000)])
    expect(() => parseJson(text)).toThrow('damaged');
  expect(performance.now() - from).toBeLessThan(2000);
});
