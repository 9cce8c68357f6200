import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../tools/players/process.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';

async function setUp() {
  const { dir, socket } = await playHaproxy();
  const port = await freePort();
  const where = `tcp://127.0.0.1:${port}`;
  return {
    dir,
    socket,
    port,
    where,
    args: ['--sockets', socket, '--backend', `127.0.0.1:${port}`, '--type', 'G'],
  };
}

test('--verbose says the steps with counts, times and names, and no datapoint', async () => {
  const { args, socket, port, where } = await setUp();
  const receiver = await receive(port);
  const { code, stdout, stderr } = await runBin([...args, '--verbose']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const bytes = receiver.lines().reduce((sum, line) => sum + line.length + 1, 0);
  const lines = stderr.split('\n');
  expect(lines[0]).toMatch(
    new RegExp(
      `^unix:${socket}: HAProxy 2\\.6\\.12\\S*, node \\S+, pid \\d+, named 1 in paths, \\d+ rows, \\d+ bytes, \\d+ ms$`,
    ),
  );
  expect(lines[1]).toMatch(/^1 endpoint read in \d+ ms$/);
  expect(lines[2]).toMatch(
    new RegExp(`^${where}: ${receiver.lines().length} lines, ${bytes} bytes, \\d+ ms: delivered$`),
  );
  expect(lines.slice(3)).toEqual(['']);
});

test('--verbose says of each attempt why it failed and how long it waits for the next', async () => {
  const { args, where } = await setUp();
  const { code, stderr } = await runBin([...args, '--verbose', '--retries', '2', '--interval', '0.1']);
  expect(code).toBe(4);
  const refused = `${where}: connection refused: nothing listens there`;
  expect(stderr.split('\n').slice(2)).toEqual([
    `${refused}; the next attempt is in 0.1 s`,
    `${refused}; the next attempt is in 0.2 s`,
    expect.stringMatching(`^hap-monitor: ${refused}; \\d+ datapoints are lost$`),
    '',
  ]);
});

test('--verbose says what the spool keeps and what it sends', async () => {
  const { dir, args, port } = await setUp();
  const spool = join(dir, 'spool');
  await runBin([...args, '--spool', spool, '--retries', '0']);
  await receive(port);
  const { stderr } = await runBin([...args, '--spool', spool, '--verbose']);
  expect(stderr).toMatch(/spool\/127\.0\.0\.1_\d+: \d+ datapoints kept\n/);
  expect(stderr).toMatch(
    /spool\/127\.0\.0\.1_\d+: sending \d+ datapoints, the oldest of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/,
  );
});

test('without --verbose a wait is said on a terminal alone', async () => {
  const { args } = await setUp();
  const { stderr } = await runBin([...args, '--retries', '1', '--interval', '0.1']);
  expect(stderr.split('\n').length).toBe(2);
});
