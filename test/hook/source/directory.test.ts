import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../src/errors.ts';
import { type Share, shareOf } from '../../../src/hook/limits.ts';
import { type Directory, limitDirectory } from '../../../src/hook/source/directory.ts';
import { closeFile, openUntrusted } from '../../../src/hook/source/untrusted-file.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const MIB = 1024 * 1024;

/** A directory with files of these contents, opened. */
async function open(files: Readonly<Record<string, string>>, share?: Share) {
  const path = await tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  const { fd } = await openUntrusted(path);
  onTestFinished(() => closeFile(fd));
  return { path, directory: limitDirectory(path, fd, share) };
}

async function refusal(work: Promise<unknown>, { path }: Directory): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`);
  expect(error.code).toBe('read');
  return error.message.replaceAll(path, 'DIR');
}

test('files are listed and read, and one that has gone is none', async () => {
  const { path, directory } = await open({ a: 'one', b: '' });
  expect(directory.path).toBe(path);
  expect([...(await directory.list())].sort()).toEqual(['a', 'b']);
  expect(await directory.read('a')).toEqual(Buffer.from('one'));
  expect(await directory.read('b')).toEqual(Buffer.alloc(0));
  expect(await directory.read('gone')).toBeUndefined();
});

test('the directory is the one that was opened, also when another takes its name', async () => {
  const { path, directory } = await open({ a: 'mine' });
  const moved = `${path}-moved`;
  renameSync(path, moved);
  onTestFinished(() => rmSync(moved, { recursive: true }));
  mkdirSync(path);
  writeFileSync(join(path, 'a'), 'theirs');
  writeFileSync(join(path, 'b'), 'theirs');
  expect(await directory.list()).toEqual(['a']);
  expect(String(await directory.read('a'))).toBe('mine');
});

test('of a file that tells its size no more is read than that, and no more than there is', async () => {
  const { directory } = await open({ a: '12345678rest', short: '12' });
  const heads: string[] = [];
  const sizeOf = (size: number) => (head: Buffer) => {
    heads.push(String(head));
    return size;
  };
  expect(String(await directory.read('a', sizeOf(10)))).toBe('12345678re');
  expect(String(await directory.read('a', sizeOf(100)))).toBe('12345678rest');
  expect(String(await directory.read('short', sizeOf(1)))).toBe('1');
  expect(heads).toEqual(['12345678', '12345678', '12']);
});

test('a file has 1 MiB at most, or 8 MiB in use where it tells', async () => {
  const { path, directory } = await open({ a: '' });
  truncateSync(join(path, 'a'), MIB);
  expect(await directory.read('a')).toHaveLength(MIB);
  truncateSync(join(path, 'a'), MIB + 1);
  expect(await refusal(directory.read('a'), directory)).toBe(
    'DIR/a: 1048577 bytes, more than 1048576: remove it',
  );
  truncateSync(join(path, 'a'), 100 * MIB);
  expect(await directory.read('a', () => 8 * MIB)).toHaveLength(8 * MIB);
  expect(
    await refusal(
      directory.read('a', () => 8 * MIB + 1),
      directory,
    ),
  ).toBe('DIR/a: 8388609 bytes, more than 8388608: remove it');
});

test('the bytes of all files are limited, and those not in use do not count', async () => {
  const { directory } = await open({ a: 'x'.repeat(100) }, { ...shareOf(1), bytes: 150 });
  await directory.read('a');
  await directory.read('a', () => 50);
  expect(
    await refusal(
      directory.read('a', () => 1),
      directory,
    ),
  ).toBe('DIR: its files hold more than 150 bytes, the limit');
});

test('what could keep the reader busy or waiting, or lead elsewhere, is refused', async () => {
  const { path, directory } = await open({ a: '' });
  execFileSync('mkfifo', [join(path, 'fifo')]);
  symlinkSync('a', join(path, 'link'));
  mkdirSync(join(path, 'below'));
  expect(await refusal(directory.read('fifo'), directory)).toBe('DIR/fifo: it is not a file: remove it');
  expect(await refusal(directory.read('below'), directory)).toBe('DIR/below: it is not a file: remove it');
  expect(await refusal(directory.read('link'), directory)).toBe('DIR/link: it is a symbolic link');
});

test('10,000 files are listed, and more are refused', async () => {
  const { path, directory } = await open({});
  for (let file = 0; file < 10_000; file++) writeFileSync(join(path, String(file)), '');
  expect(await directory.list()).toHaveLength(10_000);
  writeFileSync(join(path, 'more'), '');
  expect(await refusal(directory.list(), directory)).toBe(
    'DIR: more than 10000 files: remove what does not belong there',
  );
});
