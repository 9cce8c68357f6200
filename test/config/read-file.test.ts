import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSmallFile } from '../../src/config/read-file.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('a regular file is read whole, also through a link and without a size of its own', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'c.conf'), '[pull]\n');
  symlinkSync('c.conf', join(dir, 'link'));
  expect(await readSmallFile('x', join(dir, 'link'))).toBe('[pull]\n');
  expect(await readSmallFile('x', '/proc/self/status')).toContain('Name:');
});

test('whatever never ends or never begins is refused at once', async () => {
  const dir = await tempDir();
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  mkdirSync(join(dir, 'dir'));
  for (const path of [join(dir, 'fifo'), '/dev/zero', '/dev/tty'])
    await expect(readSmallFile(path, path)).rejects.toThrow(/: cannot be read: /);
  await expect(readSmallFile('c', join(dir, 'fifo'))).rejects.toMatchObject({
    code: 'usage',
    message: 'c: cannot be read: it is no regular file',
  });
  await expect(readSmallFile('c', join(dir, 'dir'))).rejects.toThrow('c: cannot be read: it is a directory');
  await expect(readSmallFile('c', join(dir, 'none'))).rejects.toThrow('c: cannot be read: no such file');
});

test('a large file is refused', async () => {
  const path = join(await tempDir(), 'large');
  writeFileSync(path, Buffer.alloc((4 << 20) + 1));
  await expect(readSmallFile('c', path)).rejects.toThrow('c: cannot be read: it is larger than 4 MiB');
  writeFileSync(path, Buffer.alloc(4 << 20));
  expect(await readSmallFile('c', path)).toHaveLength(4 << 20);
});
