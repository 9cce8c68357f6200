import { beforeEach, expect, test } from 'vitest';
import * as memory from '../../src/kernel/memory.ts';

let bytes: Uint8Array;

beforeEach(() => {
  const views = memory.viewsOf(new ArrayBuffer(64));
  bytes = views.bytes;
  memory.attach(views);
});

/** Characters from an address on. */
function textAt(at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString('latin1');
}

test('numbers of each size lie at their addresses in bytes, in the order of this machine', () => {
  memory.storeByte(3, 0xab);
  memory.storeShort(10, 0xbeef);
  memory.storeInteger(12, -2);
  memory.storeDouble(24, -1.5);
  const view = new DataView(bytes.buffer);
  expect([view.getUint8(3), view.getUint16(10, true)]).toEqual([0xab, 0xbeef]);
  expect([view.getInt32(12, true), view.getFloat64(24, true)]).toEqual([-2, -1.5]);
  expect([memory.loadByte(3), memory.loadShort(10)]).toEqual([0xab, 0xbeef]);
  expect([memory.loadInteger(12), memory.loadDouble(24)]).toEqual([-2, -1.5]);
});

test('bytes and shorts have no sign and keep their lowest bits, integers have one', () => {
  memory.storeByte(0, 0x1ff);
  memory.storeShort(2, -1);
  memory.storeInteger(4, 2 ** 31);
  expect([memory.loadByte(0), memory.loadShort(2), memory.loadInteger(4)]).toEqual([
    0xff,
    0xffff,
    -(2 ** 31),
  ]);
});

test('what is read behind the end is 0', () => {
  expect([memory.loadByte(64), memory.loadShort(64), memory.loadInteger(64), memory.loadDouble(64)]).toEqual([
    0, 0, 0, 0,
  ]);
});

test('a copy gives the address behind it, also one that overlaps itself', () => {
  bytes.set(Buffer.from('abcdef'), 8);
  expect(memory.copy(20, 8, 6)).toBe(26);
  expect(textAt(20, 6)).toBe('abcdef');
  expect(memory.copy(10, 8, 6)).toBe(16);
  expect(textAt(8, 8)).toBe('ababcdef');
  expect(memory.copy(40, 8, 0)).toBe(40);
  expect(textAt(40, 1)).toBe('\0');
});

test.each([0, -7, 0.1, 1e21, -1 / 3e6, Number.MAX_SAFE_INTEGER])(
  '%d is written as JavaScript shows it, and nothing else is',
  number => {
    const text = String(number);
    expect(memory.writeDecimal(5, number)).toBe(5 + text.length);
    expect(textAt(4, text.length + 2)).toBe(`\0${text}\0`);
  },
);

test('another memory takes the place of the one before, which stays as it is', () => {
  memory.storeByte(0, 1);
  const other = memory.viewsOf(new ArrayBuffer(64));
  memory.attach(other);
  expect(memory.loadByte(0)).toBe(0);
  memory.storeByte(0, 2);
  expect([bytes[0], other.bytes[0]]).toEqual([1, 2]);
});
