import { readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPrivate, replacePrivate } from '../../src/memory/private-file.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('a file is replaced whole, readable by its owner alone, and nothing is left beside it', async () => {
  const directory = await tempDir();
  const path = join(directory, 'x');
  expect(readPrivate(path, 10)).toBeUndefined();
  expect(replacePrivate(path, 'one')).toBe(true);
  expect(replacePrivate(path, Buffer.from('two'))).toBe(true);
  expect(String(readPrivate(path, 3))).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['x']);
});

test('a file beyond the limit, a directory and a link are refused', async () => {
  const directory = await tempDir();
  const path = join(directory, 'x');
  writeFileSync(path, 'four');
  symlinkSync(path, join(directory, 'link'));
  expect(() => readPrivate(path, 3)).toThrow('it has 4 bytes, the limit is 3');
  expect(() => readPrivate(directory, 3)).toThrow('it is not a file');
  expect(() => readPrivate(join(directory, 'link'), 10)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});

test('a file that another process is writing is left to it for a minute', async () => {
  const path = join(await tempDir(), 'x');
  writeFileSync(`${path}.new`, 'half');
  expect(replacePrivate(path, 'mine')).toBe(false);
  expect(readFileSync(`${path}.new`, 'utf8')).toBe('half');
  const old = Date.now() / 1000 - 61;
  utimesSync(`${path}.new`, old, old);
  expect(replacePrivate(path, 'mine')).toBe(false);
  expect(replacePrivate(path, 'mine')).toBe(true);
});
