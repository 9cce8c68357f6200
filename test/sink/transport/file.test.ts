import { chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileTransport } from '../../../src/sink/transport/file.ts';
import { packetsOf } from '../../helpers/packets.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const NEVER = new AbortController().signal;
const TIMESTAMP = 1_800_000_000;

async function store(directory: string): Promise<void> {
  const transport = fileTransport({ type: 'graphite', protocol: 'file', directory }, TIMESTAMP);
  await transport.send(packetsOf(['a 1 1\n', 'b 2 1\n']), NEVER);
}

test('the local store is a file for each run, which is appended to and private', async () => {
  const directory = join(await tempDir(), 'a', 'store');
  const umask = process.umask(0);
  await store(directory).finally(() => process.umask(umask));
  await store(directory);
  const file = join(directory, String(TIMESTAMP), 'stats');
  expect(readFileSync(file, 'latin1')).toBe('a 1 1\nb 2 1\na 1 1\nb 2 1\n');
  expect([directory, join(file, '..'), file].map(path => statSync(path).mode & 0o777)).toEqual([
    0o700, 0o700, 0o600,
  ]);
});

test('a store that cannot be made is an error in words, and ends', async () => {
  const file = join(await tempDir(), 'file');
  writeFileSync(file, '');
  await expect(store('/proc/none/store')).rejects.toThrow(
    `/proc/none/store/${TIMESTAMP}/stats: no such file`,
  );
  await expect(store(join(file, 'store'))).rejects.toThrow(': a part of the path is not a directory');
  await expect(store(file)).rejects.toThrow('a part of the path is not a directory');
});

test('the local store follows no link and opens no device', async () => {
  const [directory, elsewhere] = [await tempDir(), await tempDir()];
  symlinkSync(elsewhere, join(directory, String(TIMESTAMP)));
  await expect(store(directory)).rejects.toThrow(
    `${directory}/${TIMESTAMP}: the store is a symbolic link, which is not followed: name the directory itself`,
  );

  const other = await tempDir();
  const file = join(other, String(TIMESTAMP), 'stats');
  mkdirSync(join(file, '..'), { mode: 0o700 });
  writeFileSync(join(elsewhere, 'secret'), 'mine\n');
  symlinkSync(join(elsewhere, 'secret'), file);
  await expect(store(other)).rejects.toThrow(`${file}: it is a symbolic link`);
  expect(readFileSync(join(elsewhere, 'secret'), 'latin1')).toBe('mine\n');
});

test.runIf(process.getuid?.() === 0)(
  'the local store of a run uses no directory of another user',
  async () => {
    const directory = await tempDir();
    mkdirSync(join(directory, String(TIMESTAMP)), { mode: 0o700 });
    chownSync(join(directory, String(TIMESTAMP)), 65_534, 65_534);
    await expect(store(directory)).rejects.toThrow(
      'the store directory belongs to user 65534, this is user 0',
    );
  },
);
