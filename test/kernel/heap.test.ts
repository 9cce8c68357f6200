import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Room = typeof import('../../src/kernel/heap.ts');

let room: Room;
beforeEach(async () => {
  vi.resetModules();
  room = await import('../../src/kernel/heap.ts');
});
afterEach(() => vi.unstubAllGlobals());

const SMALL = 1000;
const LARGE = 100_000;

function isModule({ kernel }: ReturnType<Room['openHeap']>): boolean {
  return String(kernel.findCells).includes('native code');
}

test('a large heap has WebAssembly, a small one only where it was started before', () => {
  expect(isModule(room.openHeap(LARGE, SMALL))).toBe(false);
  expect(isModule(room.openHeap(LARGE, LARGE))).toBe(true);
  expect(isModule(room.openHeap(SMALL, SMALL))).toBe(true);
});

test('without WebAssembly, or without addresses for its memory, a heap has JavaScript; it asks once', () => {
  const refuse = vi.fn(function memory() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  });
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Memory: refuse });
  for (const size of [LARGE, 2 * LARGE]) expect(isModule(room.openHeap(size, size))).toBe(false);
  expect(refuse).toHaveBeenCalledTimes(1);
});

test('a heap has the size that is asked for, and zeros', () => {
  for (const work of [SMALL, LARGE]) {
    const bytes = new Uint8Array(room.openHeap(LARGE, work).buffer);
    expect(bytes.length).toBeGreaterThanOrEqual(LARGE);
    expect(bytes.every(byte => byte === 0)).toBe(true);
  }
});
