import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { claimTotals } from '../../src/memory/totals.ts';
import { tempDir } from '../helpers/temp-dir.ts';

vi.mock('node:fs', { spy: true });

const holder = (self: string, isAlive: boolean) => ({ self, isAlive: () => isAlive });

test('what one run leaves is what the next one finds', async () => {
  const dir = await tempDir();
  const first = claimTotals(dir, 't.json', holder('1-1-1', true));
  expect(first?.before).toBeUndefined();
  first?.replace('one');
  const second = claimTotals(dir, 't.json', holder('2-1-1', true));
  expect(second?.before).toBe('one');
  second?.release();
  expect(claimTotals(dir, 't.json', holder('3-1-1', true))?.before).toBe('one');
});

test('while one run counts, another finds nothing to count from', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 't.json'), 'one');
  const first = claimTotals(dir, 't.json', holder('1-1-1', true));
  expect(claimTotals(dir, 't.json', holder('2-1-1', true))).toBeUndefined();
  first?.replace('two');
  expect(claimTotals(dir, 't.json', holder('2-1-1', true))?.before).toBe('two');
});

test('where a new text cannot be left, there is none: what was sent would be counted again from the old one', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 't.json'), 'one');
  const claimed = claimTotals(dir, 't.json', holder('1-1-1', true));
  vi.mocked(writeFileSync).mockImplementationOnce(() => {
    throw new Error('ENOSPC: no space left on device');
  });
  onTestFinished(() => void vi.mocked(writeFileSync).mockRestore());
  expect(() => claimed?.replace('two')).toThrow('ENOSPC');
  expect(readdirSync(dir)).toEqual([]);
});

test('a run that was killed holds nothing', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 't.json.1-1-1'), 'one');
  expect(claimTotals(dir, 't.json', holder('2-1-1', false))?.before).toBe('one');
  expect(readdirSync(dir)).toEqual(['t.json.2-1-1']);
});

test('a directory that does not exist has no totals, and is not made; none can be left there', async () => {
  const dir = join(await tempDir(), 'spool');
  const claimed = claimTotals(dir, 't.json', holder('1-1-1', true));
  expect(claimed?.before).toBeUndefined();
  claimed?.release();
  expect(existsSync(dir)).toBe(false);
  expect(() => claimed?.replace('one')).toThrow('ENOENT');
});

test('of two first runs the slower leaves nothing, since a third may have counted from the quicker', async () => {
  const dir = await tempDir();
  const slow = claimTotals(dir, 't.json', holder('1-1-1', true));
  const quick = claimTotals(dir, 't.json', holder('2-1-1', true));
  quick?.replace('quick');
  slow?.replace('slow');
  expect(claimTotals(dir, 't.json', holder('3-1-1', true))?.before).toBe('quick');
});
