import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const canMount = process.getuid?.() === 0 && existsSync('/dev/fuse');

/** Runs the command beside a file system that answers a stat and nothing else; `args` gives the arguments for its place. */
async function run(args: (where: string) => readonly string[]) {
  const where = await tempDir();
  const command = [process.execPath, 'bin/hap-monitor.js', ...args(where)];
  const helper = ['-m', 'python3', 'test/helpers/hung-files.py', where];
  const started = performance.now();
  const { stdout, stderr } = await promisify(execFile)('unshare', [...helper, ...command], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
  });
  return { where, stdout, stderr, seconds: (performance.now() - started) / 1000 };
}

test.runIf(canMount)('a config file that hangs when it is opened ends the run at its deadline', async () => {
  const { stderr, seconds } = await run(where => ['--config', `${where}/c.conf`, '--deadline', '2']);
  expect(stderr).toMatch(
    /^hap-monitor: the run: the deadline of 2 s was reached, .* file system \(NFS, FUSE\)/,
  );
  expect(seconds).toBeLessThan(10);
});

test.runIf(canMount)('a spool that hangs holds no datapoint back', async () => {
  const { socket } = await playHaproxy();
  const receiver = await receive();
  const backend = ['--backend', `127.0.0.1:${receiver.port}`, '--type', 'G'];
  const { where, stderr } = await run(where => [
    '--sockets',
    socket,
    ...backend,
    '--spool',
    where,
    '--deadline',
    '4',
  ]);
  expect(stderr).toContain(`hap-monitor: ${where}: its file system (NFS, FUSE) does not answer within 1 s\n`);
  expect(receiver.lines().length).toBeGreaterThan(100);
});

test.runIf(canMount)('a check says that the spool hangs', async () => {
  const { socket } = await playHaproxy();
  const { where, stdout } = await run(where => ['check', '--sockets', socket, '--spool', where]);
  expect(stdout).toContain(
    `HAP-MONITOR WARNING - ${where}: its file system (NFS, FUSE) does not answer within`,
  );
});
