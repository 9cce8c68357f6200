import { expect, test } from 'vitest';
import { growBuffer } from '../src/growing-buffer.ts';

test('pieces of any size are kept in order', () => {
  const buffer = growBuffer();
  expect(buffer.bytes()).toEqual(Buffer.alloc(0));
  const pieces = [1, 0, 65_535, 1, 300_000, 7].map((size, index) => Buffer.alloc(size, index));
  expect(pieces.map(piece => buffer.add(piece))).toEqual([1, 1, 65_536, 65_537, 365_537, 365_544]);
  expect(buffer.bytes().equals(Buffer.concat(pieces))).toBe(true);
});

test('a piece may be used again by who gave it', () => {
  const buffer = growBuffer();
  const piece = Buffer.from('one');
  buffer.add(piece);
  piece.write('two');
  expect(buffer.bytes().toString()).toBe('one');
});

test('a million pieces of one byte take a few megabytes', () => {
  const before = process.memoryUsage().arrayBuffers;
  const buffer = growBuffer();
  for (let n = 0; n < 1_000_000; n++) buffer.add(new Uint8Array(1));
  expect(buffer.bytes().length).toBe(1_000_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64_000_000);
});
