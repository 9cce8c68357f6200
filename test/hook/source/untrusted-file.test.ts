import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeFile, openUntrusted } from '../../../src/hook/source/untrusted-file.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const OTHER = 65_534;
const THIRD = 65_533;
const isRoot = process.getuid?.() === 0;

/** Tells the kind of the opened file, or the refusal, without the path. */
async function open(path: string): Promise<string> {
  try {
    const { fd, stats } = await openUntrusted(path);
    const content = stats.isFile() ? readFileSync(fd, 'utf8') : '';
    await closeFile(fd);
    return stats.isFile() ? `file ${content}` : stats.isFIFO() ? 'FIFO' : 'directory';
  } catch (error) {
    return (error as Error).message.replace(`${path}: `, '');
  }
}

/** A directory with a file that says `mine`, of the user that runs the test. */
async function setUp() {
  const dir = await tempDir();
  writeFileSync(join(dir, 'file'), 'mine');
  return { dir, file: join(dir, 'file') };
}

test('a file, a FIFO and a directory are opened, also through links of one’s own', async () => {
  const { dir, file } = await setUp();
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  mkdirSync(join(dir, 'below'));
  symlinkSync('../file', join(dir, 'below', 'relative'));
  symlinkSync(join(dir, 'below'), join(dir, 'absolute'));
  expect(await open(file)).toBe('file mine');
  expect(await open(join(dir, 'fifo'))).toBe('FIFO');
  expect(await open(dir)).toBe('directory');
  expect(await open(join(dir, 'absolute', 'relative'))).toBe('file mine');
  expect(await open(`${dir}//./below/../file`)).toBe('file mine');
});

test('a path from the working directory is opened', async () => {
  expect(await open('package.json')).toMatch(/^file \{/);
});

test('a pipe of the shell is opened by its number', async () => {
  const { fd } = await openUntrusted((await setUp()).file);
  onTestFinished(() => closeFile(fd));
  expect(await open(`/proc/self/fd/${fd}`)).toBe('file mine');
  expect(await open(`/dev/fd/${fd}`)).toBe('file mine');
});

test('a device and a socket are not opened', async () => {
  const { dir } = await setUp();
  const server = createServer().listen(join(dir, 'socket'));
  onTestFinished(() => void server.close());
  symlinkSync('/dev/zero', join(dir, 'link'));
  const expected = 'expected a file, a FIFO or a directory';
  expect(await open('/dev/zero')).toBe(`is a device; ${expected}`);
  expect(await open(join(dir, 'link'))).toBe(`is a device; ${expected}`);
  expect(await open(join(dir, 'socket'))).toBe(`is a socket; ${expected}`);
});

test('what is missing is said with a remedy', async () => {
  const { dir, file } = await setUp();
  symlinkSync('b', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  const missing = 'no such file or directory: is the path right, and does what writes it run?';
  expect(await open(join(dir, 'none'))).toBe(missing);
  expect(await open(join(file, 'below'))).toBe('a part of the path is not a directory');
  expect(await open(join(dir, 'a'))).toBe('has too many symbolic links');
  expect(await open('localhost:8002/_status')).toBe(
    'no such file: for a page write http://localhost:8002/_status',
  );
  expect(await open('[::1]:9091')).toBe('no such file: for a page write http://[::1]:9091');
});

test.runIf(isRoot)('a file has to belong to root, this user or the owner of its directory', async () => {
  const { dir, file } = await setUp();
  chownSync(file, OTHER, OTHER);
  expect(await open(file)).toBe(
    `belongs to user ${OTHER}, who is neither root, nor the user that runs this, nor the owner of its directory (0): chown it, or give it a directory of user ${OTHER}`,
  );
  chownSync(dir, OTHER, OTHER);
  expect(await open(file)).toBe('file mine');
  chownSync(file, THIRD, THIRD);
  expect(await open(file)).toContain(`belongs to user ${THIRD}, who`);
  chownSync(file, 0, 0);
  expect(await open(file)).toBe('file mine');
});

test.runIf(isRoot)('a link of another user leads to what is that user’s, and nowhere else', async () => {
  const { dir, file } = await setUp();
  const theirs = join(dir, 'theirs');
  mkdirSync(theirs);
  writeFileSync(join(theirs, 'own'), 'theirs');
  mkdirSync(join(dir, 'secret'));
  writeFileSync(join(dir, 'secret', 'own'), 'secret');
  chmodSync(join(dir, 'secret'), 0o700);
  for (const path of [theirs, join(theirs, 'own')]) chownSync(path, OTHER, OTHER);
  const link = (name: string, target: string): string => {
    execFileSync('ln', ['-s', target, join(theirs, name)]);
    execFileSync('chown', ['-h', `${OTHER}`, join(theirs, name)]);
    return join(theirs, name);
  };
  const refused = `is reached by a link of user ${OTHER}, and does not belong to that user`;
  expect(await open(link('to-own', 'own'))).toBe('file theirs');
  expect(await open(link('to-file', file))).toBe(refused);
  expect(await open(join(link('to-directory', join(dir, 'secret')), 'own'))).toBe(refused);
  expect(await open(join(theirs, 'to-directory'))).toBe(refused);
  expect(await open(link('to-device', '/dev/zero'))).toBe(
    'is a device; expected a file, a FIFO or a directory',
  );
});
