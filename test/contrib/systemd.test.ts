import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../tools/players/process.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const service = readFileSync('contrib/systemd/hap-monitor.service', 'utf8');

/** The units in a directory of their own, with the built command for the installed one. */
async function copyUnits(): Promise<string> {
  const dir = await tempDir();
  const command = resolve('bin/hap-monitor.js');
  writeFileSync(join(dir, 'hap-monitor.service'), service.replace('=hap-monitor ', `=${command} `));
  writeFileSync(join(dir, 'hap-monitor.timer'), readFileSync('contrib/systemd/hap-monitor.timer'));
  return dir;
}

function analyze(cwd: string, ...args: readonly string[]) {
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', args, { cwd, encoding: 'utf8' });
  if (error !== undefined)
    throw new Error('systemd-analyze is not installed: run sudo test/install-servers.sh', { cause: error });
  return { status, stdout, stderr };
}

test('systemd finds nothing wrong with the units', async () => {
  const dir = await copyUnits();
  const units = ['./hap-monitor.service', './hap-monitor.timer'];
  expect(analyze(dir, 'verify', '--man=no', '--recursive-errors=no', ...units)).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
});

test('systemd sees through an option that it does not know', async () => {
  const dir = await copyUnits();
  writeFileSync(join(dir, 'hap-monitor.service'), `${service}NoSuchOption=yes\n`);
  const { stderr } = analyze(dir, 'verify', '--man=no', '--recursive-errors=no', './hap-monitor.service');
  expect(stderr).toContain("'NoSuchOption' in section");
});

test('the service is exposed by 1.5 of 10 at most', async () => {
  const dir = await copyUnits();
  const secure = analyze(dir, 'security', '--offline=true', '--threshold=15', './hap-monitor.service');
  expect(secure.stdout).toMatch(/Overall exposure level for hap-monitor\.service: [01]\.\d OK/);
  expect(secure.status).toBe(0);
});

test('the service sees the processes of other users, by which requests in progress are told', () => {
  expect(service).not.toMatch(/^ProtectProc=/m);
});

test('a run that keeps everything in the spool is no failed unit', async () => {
  const [, success] = /^SuccessExitStatus=(.*)$/m.exec(service) ?? [];
  const { dir, socket } = await playHaproxy();
  const nobody = await freePort();
  const away = ['--sockets', socket, '--backend', `127.0.0.1:${nobody}`, '--type', 'G', '--retries', '0'];
  expect((await runBin([...away, '--spool', join(dir, 'spool')])).code).toBe(Number(success));
  expect((await runBin(away)).code).toBe(4);
});

test('the spool is the one directory that systemd makes for the service', () => {
  const [, spool] = /--spool %S\/(\S+)/.exec(service) ?? [];
  expect(service).toContain(`\nStateDirectory=${spool}\n`);
});

test('the arguments that the service is given are a run', async () => {
  const text = readFileSync('contrib/systemd/hap-monitor.default', 'utf8');
  const args = /^HAP_MONITOR_ARGS="(.*)"$/m.exec(text)?.[1]?.split(' ') ?? [];
  const { socket } = await playHaproxy();
  const given = args.map(arg => arg.replace('/run/haproxy/stats.sock', socket));
  expect(await runBin([...given, '--dry-run'])).toMatchObject({ code: 0, stderr: '' });
});
