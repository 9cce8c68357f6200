import {
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/errors.ts';
import { DEAD, line, openSpoolAt, packet, takeAll, text } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('what one process holds no other one takes, until it is released', async () => {
  const root = await tempDir();
  const [batch] = openSpoolAt(root).keep(1_800_000_000, [packet(1, 1_800_000_000)]);
  expect(openSpoolAt(root).takeOldest()).toBeUndefined();
  batch?.release();
  expect(text(openSpoolAt(root).takeOldest())).toBe(line(1, 1_800_000_000));
  expect(openSpoolAt(root).takeOldest()).toBeUndefined();
});

test('what a process held that died is taken back, and its unfinished files are removed', async () => {
  const root = await tempDir();
  for (const batch of openSpoolAt(root).keep(1_800_000_000, [packet(1, 1_800_000_000)])) batch.release();
  const directory = join(root, 'graphite_2003');
  const [name = ''] = readdirSync(directory);
  renameSync(join(directory, name), join(directory, `${name}.${DEAD}`));
  writeFileSync(join(directory, `7-${DEAD}.tmp`), 'half');
  writeFileSync(join(directory, 'notes.txt'), 'not mine');
  expect(takeAll(openSpoolAt(root))).toEqual([line(1, 1_800_000_000)]);
  expect(readdirSync(directory)).toEqual(['notes.txt']);
});

test('a damaged batch is moved aside and said, the others are taken', async () => {
  const root = await tempDir();
  for (const timestamp of [1_800_000_000, 1_800_000_060]) {
    for (const batch of openSpoolAt(root).keep(timestamp, [packet(1, timestamp)])) batch.release();
  }
  const directory = join(root, 'graphite_2003');
  const name = readdirSync(directory).find(file => file.startsWith('1800000000')) ?? '';
  const { size } = statSync(join(directory, name));
  truncateSync(join(directory, name), size - 3);
  symlinkSync('/etc/passwd', join(directory, name.replace('1800000000', '1700000000')));
  const reports: Failure[] = [];
  expect(takeAll(openSpoolAt(root, reports))).toEqual([line(1, 1_800_000_060)]);
  expect(reports.map(({ message, code }) => `${code} ${message}`)).toEqual([
    `deliver ${directory}/${name.replace('1800000000', '1700000000')}.damaged: a damaged batch of 1 datapoints was moved aside, they are lost: it is a symbolic link`,
    `deliver ${directory}/${name}.damaged: a damaged batch of 1 datapoints was moved aside, they are lost: it has ${size - 3} bytes instead of ${size}`,
  ]);
  expect(readFileSync('/etc/passwd', 'utf8')).toContain('root');
  expect(takeAll(openSpoolAt(root, reports))).toEqual([]);
  expect(reports).toHaveLength(2);
});
