import { mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdDirectory } from '../src/private-directory.ts';
import { tempDir } from './helpers/temp-dir.ts';

const SPOOL = { name: 'spool', code: 'spool' } as const;

test('a missing directory is made for this user alone, and its parent is not', async () => {
  const path = join(await tempDir(), 'spool');
  holdDirectory(path, path, SPOOL);
  expect(statSync(path).mode & 0o7777).toBe(0o700);
  const orphan = join(path, 'a', 'b');
  expect(() => holdDirectory(orphan, orphan, SPOOL)).toThrow(`${orphan}: the spool directory cannot be made`);
});

test('the path that is given leads there although somebody exchanges the directory', async () => {
  const dir = await tempDir();
  const path = join(dir, 'spool');
  const held = holdDirectory(path, path, SPOOL);
  renameSync(path, join(dir, 'moved'));
  mkdirSync(join(dir, 'other'));
  symlinkSync('other', path);
  writeFileSync(join(held, 'batch'), '');
  expect([readdirSync(join(dir, 'moved')), readdirSync(join(dir, 'other'))]).toEqual([['batch'], []]);
});

test('a link is not followed, also with a slash behind it', async () => {
  const dir = await tempDir();
  symlinkSync(await tempDir(), join(dir, 'link'));
  for (const path of [join(dir, 'link'), `${join(dir, 'link')}/`])
    expect(() => holdDirectory(path, path, SPOOL)).toThrow(`${path}: the spool is a symbolic link`);
});

test('a message has the path for messages and the code of its use', async () => {
  const path = join(await tempDir(), 'file');
  writeFileSync(path, '');
  const hold = () => holdDirectory(path, 'SHOWN', { name: 'store', code: 'deliver' });
  expect(hold).toThrow(
    expect.objectContaining({
      code: 'deliver',
      message: 'SHOWN: the store is not a directory: name another, or move this away',
    }),
  );
});
