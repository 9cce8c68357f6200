import { expect, test } from 'vitest';
import { packetOf } from '../helpers/packets.ts';
import { line, openSpoolAt, packet, takeAll } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('over the limit the oldest are dropped and counted, but not what another process holds', async () => {
  const root = await tempDir();
  const spool = openSpoolAt(root);
  const kept = [0, 1, 2, 3].map(age => spool.keep(1_800_000_000 + age, [packetOf(line(1, 1).repeat(10))])[0]);
  kept[0]?.release();
  kept[2]?.release();
  kept[3]?.release();
  expect(spool.trim(40)).toBe(0);
  expect(spool.trim(29)).toBe(10);
  expect(spool.measure()).toEqual({ batches: 3, datapoints: 30, oldest: 1_800_000_001 });
  expect(spool.trim(9)).toBe(11);
  expect(spool.measure()).toEqual({ batches: 2, datapoints: 19, oldest: 1_800_000_001 });
});

test('of a batch that is larger than the limit the last lines stay', async () => {
  const root = await tempDir();
  const lines = Array.from({ length: 10_000 }, (_, index) => line(index, 1_800_000_000));
  const spool = openSpoolAt(root);
  const older = spool.keep(1_799_999_940, [packet(1, 1_799_999_940)]);
  const newer = spool.keep(1_800_000_000, [packetOf(lines.join(''))]);
  for (const batch of [...older, ...newer]) batch.release();
  expect(spool.trim(7)).toBe(9_994);
  expect(takeAll(openSpoolAt(root))).toEqual([lines.slice(-7).join('')]);
  expect(openSpoolAt(root).trim(0)).toBe(0);
});

test('two processes at once over the limit drop the same datapoints', async () => {
  const root = await tempDir();
  for (let age = 0; age < 10; age++)
    for (const batch of openSpoolAt(root).keep(1_800_000_000 + age, [packet(1, 1)])) batch.release();
  const [one, other] = [openSpoolAt(root), openSpoolAt(root)];
  expect(one.trim(4)).toBe(6);
  expect(other.trim(4)).toBe(0);
  expect(one.measure()).toEqual({ batches: 4, datapoints: 4, oldest: 1_800_000_006 });
});

test('where another process holds the oldest, the newest of this one stay', async () => {
  const root = await tempDir();
  const held = [0, 1, 2].map(age => openSpoolAt(root).keep(1_800_000_000 + age, [packet(age, 1)]));
  const spool = openSpoolAt(root);
  for (const batch of spool.keep(1_800_000_003, [packet(3, 1)])) batch.release();
  expect(held).toHaveLength(3);
  expect(spool.trim(2)).toBe(0);
  expect(takeAll(openSpoolAt(root))).toEqual([line(3, 1)]);
});
