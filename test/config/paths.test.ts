import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lookAtPaths } from '../../src/config/paths.ts';
import { makePlan } from '../../src/config/plan.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';
import { installCommand, runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** The messages for a dry run with these flags. */
async function look(...argv: readonly string[]) {
  const { settings, config } = await readFlags('--dry-run', ...argv);
  const { faults, notes } = await lookAtPaths(config, await makePlan('run', settings, config));
  expect(faults.map(({ code }) => code)).toEqual(faults.map(() => 'usage'));
  return { faults: faults.map(({ message }) => message), notes };
}

const FINE = { faults: [], notes: [] };

async function listen(): Promise<string> {
  const path = join(await tempDir(), 'h.sock');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  return path;
}

test('a socket, a directory of sockets, a private spool and one that can be made are sound', async () => {
  const dir = await tempDir();
  mkdirSync(join(dir, 'kept'), { mode: 0o700 });
  expect(await look('--sockets', await listen(), dir, '--spool', join(dir, 'kept'))).toEqual(FINE);
  expect(await look('--sockets', dir, '--spool', join(dir, 'new'))).toEqual(FINE);
});

test('a pattern that finds nothing says nothing, and neither does what is no path', async () => {
  const dir = await tempDir();
  const hooks = ['--hook-stats', 'http://127.0.0.1:1/'];
  expect(await look('--sockets', `${dir}/*.sock`, 'tcp://127.0.0.1:1', ...hooks)).toEqual(FINE);
});

test('a spool that others may use, a link, also to nothing, and a file in its place are faults', async () => {
  const dir = await tempDir();
  mkdirSync(join(dir, 'open'));
  chmodSync(join(dir, 'open'), 0o777);
  symlinkSync(join(dir, 'none'), join(dir, 'link'));
  writeFileSync(join(dir, 'file'), '');
  const base = ['--sockets', 'tcp://h:1'];
  expect((await look(...base, '--spool', join(dir, 'open'))).faults).toEqual([
    `--spool: the spool directory can be written to by others (mode 777): chmod 700 ${dir}/open`,
  ]);
  expect((await look(...base, '--local-store', `${dir}/link`, '--spool', `${dir}/file`)).faults).toEqual([
    '--local-store: the store is a symbolic link, which is not followed: name the directory itself',
    '--spool: the spool is not a directory: name another, or move this away',
  ]);
  expect((await look(...base, '--spool', `${dir}/link/`)).faults).toEqual([
    '--spool: the spool is a symbolic link, which is not followed: name the directory itself',
  ]);
  chmodSync(join(dir, 'file'), 0o755);
  expect((await look(...base, '--spool', `${dir}/file/spool`)).faults).toEqual([
    `--spool: the spool directory cannot be made: ${dir}/file: a part of the path is not a directory; make it: install -d -m 700 ${dir}/file/spool`,
  ]);
});

test('each path of a file is blamed on its own option, and one that is named twice is said once', async () => {
  const dir = await tempDir();
  const file = await writeConfig(
    `[pull]\nservers = ${dir}/a, ${dir}/b, ${dir}/a, ${dir}/a\nsocket-dir = ${dir}/none\n[hooks]\nsources = x=${dir}/x.json\n`,
  );
  writeFileSync(join(dir, 'b'), '');
  expect(await look('--config', file)).toEqual({
    faults: [`${file}:2: [pull] servers: ${dir}/b: is neither a socket nor a directory`],
    notes: [
      `${file}:3: [pull] socket-dir: ${dir}/none: it is not there now; HAProxy makes it`,
      ...Array(3).fill(`${file}:2: [pull] servers: ${dir}/a: it is not there now; HAProxy makes it`),
      `${file}:5: [hooks] sources: ${dir}/x.json: it is not there now`,
      `${dir}/a: is named twice and read once`,
    ],
  });
});

test('what this user may not use is a fault', async () => {
  const [dir, socket] = [await tempDir(), await listen()];
  writeFileSync(join(dir, 'x.json'), '');
  chmodSync(join(dir, 'x.json'), 0);
  chmodSync(socket, 0o444);
  chmodSync(dir, 0o555);
  onTestFinished(() => chmodSync(dir, 0o755));
  // Root may do everything, so root asks as nobody.
  const bin = installCommand(await tempDir());
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const args = ['config', '--dry-run', '--sockets', socket];
  const ran = await runBin([...args, '--hook-stats', `${dir}/x.json`, '--spool', `${dir}/s`], {
    bin,
    ...nobody,
  });
  expect(ran.stderr.split('\n')).toEqual([
    `hap-monitor: --sockets: ${socket}: this user cannot read and write it: permission denied`,
    `hap-monitor: --hook-stats: ${dir}/x.json: this user cannot read it: permission denied`,
    `hap-monitor: --spool: the spool directory cannot be made: ${dir}: permission denied; make it: install -d -m 700 ${dir}/s`,
    '',
  ]);
});
