import { expect, test } from 'vitest';
import { parseDb, usedBytes } from '../../../../src/hook/prometheus/multiprocess/db-file.ts';
import { makeDb } from '../../../helpers/db-file.ts';

const DAMAGED = 'is damaged, or no file of prometheus_client: remove it';

/** A file of a version before 0.17: an entry ends with its value. */
function makeOldDb(...entries: readonly (readonly [key: string, value: number])[]): Buffer {
  const parts = entries.map(([key, value]) => {
    const length = Buffer.byteLength(key);
    const entry = Buffer.alloc(4 + length + (8 - ((length + 4) % 8)) + 8, ' ');
    entry.writeUInt32LE(length);
    entry.write(key, 4);
    entry.writeDoubleLE(value, entry.length - 8);
    return entry;
  });
  return Buffer.concat([Buffer.alloc(8), ...parts]);
}

/** A key of so many bytes. */
function keyOf(length: number): string {
  return `[${'k'.repeat(length - 2)}]`;
}

test('a file’s first four bytes say how many are used', () => {
  expect(usedBytes(makeDb([['["m", "m", {}, ""]', 1, 0]]))).toBe(8 + 4 + 18 + 2 + 16);
  expect(usedBytes(Buffer.from([1, 2, 3]))).toBe(0);
  expect(usedBytes(Buffer.alloc(0))).toBe(0);
});

test('a file that has just been made has no entries', () => {
  for (const length of [0, 4, 8]) expect(parseDb(Buffer.alloc(length))).toEqual([]);
});

test.each([2, 3, 4, 5, 11, 12, 13])('entries are read whose keys have %d bytes', length => {
  const entries = [
    [keyOf(length), 1.5, 100],
    [keyOf(7), -2, 200],
  ] as const;
  expect(parseDb(makeDb(entries))).toEqual(entries);
  expect(parseDb(makeOldDb([keyOf(length), 1.5], [keyOf(7), -2], [keyOf(length), 0]))).toEqual([
    [keyOf(length), 1.5, 0],
    [keyOf(7), -2, 0],
    [keyOf(length), 0, 0],
  ]);
});

test('a key is a text in UTF-8, and its length is in bytes', () => {
  expect(parseDb(makeDb([['["é", "ü"]', 1, 0]]))).toEqual([['["é", "ü"]', 1, 0]]);
});

test.each<[string, Buffer]>([
  ['cut in the length of a key', makeDb([['["m"]', 1, 0]]).subarray(0, 10)],
  ['cut in a key', makeDb([['["metric"]', 1, 0]]).subarray(0, 16)],
  ['cut in a value', makeDb([['["m"]', 1, 0]]).subarray(0, -9)],
  ['followed by more', Buffer.concat([makeDb([['["m"]', 1, 0]]), Buffer.alloc(9)])],
  ['noise', Buffer.alloc(100, 0xff)],
  ['of keys that are no lists', makeDb([['{"m": 1}', 1, 0]])],
])('a file that is %s is refused', (_, bytes) => {
  expect(() => parseDb(bytes)).toThrow(new Error(DAMAGED));
});
