import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import type { Ran } from '../helpers/run-bin.ts';

type Ended = Pick<Ran, 'code' | 'stdout' | 'stderr'>;

/** Runs the command where a process may have so many open files. */
async function runWith(limit: number, args: readonly string[]): Promise<Ended> {
  const command = `ulimit -n ${limit}; exec ${process.execPath} bin/hap-monitor.js "$@"`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  return await promisify(execFile)('bash', ['-c', command, 'bash', ...args], { env }).then(
    output => ({ code: 0, ...output }),
    error => error,
  );
}

/** The fewest open files with which Node starts, and the next ones up to those with which every run works. */
const LIMITS = await (async () => {
  let first = 16;
  while ((await runWith(first, ['--version'])).code !== 0) first++;
  return Array.from({ length: 14 }, (_, index) => first + index);
})();

const SAID = /too many open files; raise the limit \(ulimit -n\)/;

/** The lines that the runs with few open files print to stderr, a check to stdout. */
async function sayAll(args: readonly string[]): Promise<string[]> {
  const said: string[] = [];
  for (const limit of LIMITS) {
    const { code, stdout, stderr } = await runWith(limit, args);
    const text = args[0] === 'check' && code !== 0 ? stdout : stderr;
    said.push(...text.split('\n').filter(Boolean));
  }
  return said;
}

test('few open files: a name is not called unknown', async () => {
  const { socket } = await playHaproxy();
  const backend = ['--backend', 'graphite.invalid:2003', '--type', 'G', '--retries', '0'];
  const said = await sayAll(['--sockets', socket, ...backend]);
  const [asked, unasked] = [/unknown, or no name server answered/, SAID].map(pattern =>
    said.filter(line => pattern.test(line)),
  );
  expect(asked?.length).toBeGreaterThan(0);
  expect(unasked?.length).toBeGreaterThan(0);
  expect(said.filter(line => !asked?.includes(line) && !unasked?.includes(line))).toEqual([]);
});

test('few open files: a glob that could not look into every directory does not pass for one', async () => {
  const { dir, socket } = await playHaproxy();
  for (let n = 0; n < 40; n++) await mkdir(join(dir, 'tree', String(n)), { recursive: true });
  await symlink(socket, join(dir, 'tree/7/s.sock'));
  const said = await sayAll(['--sockets', `${dir}/tree/*/s.sock`, '--dry-run']);
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter(line => !SAID.test(line))).toEqual([]);
});

test('few open files: what the spool and the hook statistics lack is no mistake of the program', async () => {
  const { dir, socket } = await playHaproxy();
  const { port } = await receive();
  const spool = join(dir, 'spool');
  const args = ['--sockets', socket, '--spool', spool, '--backend', `127.0.0.1:${port}`, '--type', 'G'];
  const said = await sayAll([...args, '--retries', '0', '--hook-stats', join(dir, 'none')]);
  const others = said.filter(line => !SAID.test(line));
  expect(others.filter(line => !line.includes('/none: no such file'))).toEqual([]);
});

test('few open files: each command says so', async () => {
  const { socket } = await playHaproxy();
  for (const args of [['check'], ['show'], ['--dry-run'], ['config', '--dry-run']]) {
    const said = await sayAll([...args, '--sockets', socket]);
    expect(said.length, args[0]).toBeGreaterThan(0);
    expect(said.filter(line => !SAID.test(line))).toEqual([]);
  }
});
