import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/errors.ts';
import { removeIfThere, type SpoolDirectory, showFile, syncDirectory } from '../../src/spool/directory.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A spool's directory at a path, and what is reported of it. */
function directoryAt(path: string) {
  const reports: Failure[] = [];
  const report = (failure: Failure): void => void reports.push(failure);
  const directory: SpoolDirectory = { where: '/spool/g_2003', path, self: '1-2-3', report };
  return { directory, reports };
}

test('a directory that can be synced is, and nothing is said', async () => {
  const { directory, reports } = directoryAt(await tempDir());
  syncDirectory(directory);
  expect(reports).toEqual([]);
});

test('one that cannot be is reported by the path for messages, and nothing is thrown', async () => {
  const { directory, reports } = directoryAt(join(await tempDir(), 'none'));
  syncDirectory(directory);
  expect(reports.map(({ code, message }) => [code, message])).toEqual([
    ['spool', '/spool/g_2003: this run was kept, but a power failure may lose it: no such file'],
  ]);
});

test('a file system without fsync of directories is no failure', () => {
  const { directory, reports } = directoryAt('/proc/self/fd');
  syncDirectory(directory);
  expect(reports).toEqual([]);
});

test('a file is removed if it is there; what cannot be removed is an error', async () => {
  const dir = await tempDir();
  const file = join(dir, 'file');
  writeFileSync(file, '');
  removeIfThere(file);
  expect(existsSync(file)).toBe(false);
  removeIfThere(file);
  mkdirSync(file);
  expect(() => removeIfThere(file)).toThrow('EISDIR');
});

test('a file is shown by the path for messages', () => {
  const { directory } = directoryAt('/proc/self/fd/9');
  expect(showFile(directory, 'a.batch')).toBe('/spool/g_2003/a.batch');
});
