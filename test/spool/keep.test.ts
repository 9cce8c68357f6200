import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Packet } from '../../src/types.ts';
import { openSpoolAt, packet, takeAll } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('a run of many datapoints is kept in several files, whose lines are in order', async () => {
  const root = await tempDir();
  function* packets(): Iterable<Packet> {
    for (let index = 0; index < 120_000; index++) yield packet(index, 1_800_000_000);
  }
  const batches = openSpoolAt(root).keep(1_800_000_000, packets());
  expect(batches.map(batch => batch.datapoints)).toEqual([50_000, 50_000, 20_000]);
  for (const batch of batches) batch.release();
  expect(takeAll(openSpoolAt(root)).join('')).toBe([...packets()].join(''));
});

test('a run without datapoints is no batch', async () => {
  expect(openSpoolAt(await tempDir()).keep(1_800_000_000, [])).toEqual([]);
});

test('nothing stays of a run that could not be kept whole', async () => {
  const root = await tempDir();
  function* packets(): Iterable<Packet> {
    for (let index = 0; index < 60_000; index++) yield packet(index, 1_800_000_000);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  const directory = join(root, 'graphite_2003');
  expect(() => openSpoolAt(root).keep(1_800_000_000, packets())).toThrow(
    `${directory}: this run cannot be kept: no space is left on the disk; make room, or lower queue-size`,
  );
  expect(readdirSync(directory)).toEqual([]);
});
