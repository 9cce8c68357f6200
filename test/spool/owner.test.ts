import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../../src/spool/owner.ts';
import { waitFor } from '../../tools/players/process.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('this process is alive', () => {
  expect(identify()).toMatch(new RegExp(`^${process.pid}-\\d+-\\d+$`));
  expect(isAlive(identify(), '/none')).toBe(true);
});

test('a process of the same pid and another start time is another process', () => {
  const [pid, start, namespace] = identify().split('-');
  expect(isAlive(`${pid}-${Number(start) + 1}-${namespace}`, '/none')).toBe(false);
});

test('a process that was killed is dead, also before its parent has taken notice', async () => {
  // The shell becomes a program that never waits for its child.
  const parent = spawn('bash', ['-c', 'sleep 100 & echo $!; exec sleep 100']);
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(line);
  const isShell = (): boolean => readFileSync(`/proc/${parent.pid}/comm`, 'latin1') !== 'sleep\n';
  await waitFor(() => !isShell(), 'a parent that is no shell any more');
  const fields = (): string[] => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  const owner = `${pid}-${fields()[19]}-${identify().split('-')[2]}`;
  expect(isAlive(owner, '/none')).toBe(true);
  process.kill(pid, 'SIGKILL');
  await waitFor(() => fields()[0] === 'Z', 'a zombie');
  expect(isAlive(owner, '/none')).toBe(false);
  parent.kill();
  await waitFor(() => !isAlive(owner, '/none'), 'the end');
});

test('a process of another PID namespace counts as alive while its claim is recent', async () => {
  const file = join(await tempDir(), 'claimed');
  writeFileSync(file, '');
  expect(isAlive('1-1-1', file)).toBe(true);
  utimesSync(file, 0, 0); // the time of the claim is the file's ctime, which nobody can set
  expect(isAlive('1-1-1', file)).toBe(true);
});
