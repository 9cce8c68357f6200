import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A socket that accepts and says nothing. */
async function silentSocket(): Promise<string> {
  const path = join(await tempDir(), 'silent.sock');
  const server = createServer(socket => socket.on('error', () => undefined)).listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

test('nobody reads stderr or stdout: the run ends by its deadline, and what it read is delivered', async () => {
  const receiver = await receive();
  const { socket: path } = await playHaproxy('2.6-p1');
  const backend = ['--backend', `127.0.0.1:${receiver.port}`, '--type', 'G', '--deadline', '2'];
  for (const [flag, stdio] of [
    ['--verbose', ['ignore', 'ignore', 'pipe']],
    ['--dry-run', ['ignore', 'pipe', 'ignore']],
  ] as const) {
    const args = ['bin/hap-monitor.js', '--sockets', path, '--metrics', 'all', ...backend, flag];
    const child = spawn(process.execPath, args, { stdio: [...stdio] });
    const begin = performance.now();
    await once(child, 'exit');
    expect(performance.now() - begin).toBeLessThan(2600);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
  expect(receiver.lines().length).toBeGreaterThan(800);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s while an endpoint is silent ends a run and a check at once',
  async signal => {
    const path = await silentSocket();
    const run = ['--backend', '127.0.0.1:9', '--type', 'G'];
    for (const [code, args] of [
      [1, run],
      [3, ['check']],
    ] as const) {
      const command = ['bin/hap-monitor.js', ...args, '--sockets', path, '--pull-timeout', '20'];
      const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (said += text));
      await sleep(700);
      const begin = performance.now();
      child.kill(signal);
      expect(await once(child, 'close')).toEqual([code, null]);
      expect(performance.now() - begin).toBeLessThan(1000);
      expect(said).toContain(`stopped by ${signal}`);
    }
  },
);

test('the working directory is gone: the spool is said, the rest delivered, and the run ends at once', async () => {
  const receiver = await receive();
  const { socket: path } = await playHaproxy('2.6-p1');
  const args = `--sockets ${path} --type G --backend 127.0.0.1:${receiver.port} --spool sp`;
  const script = `d=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$0" "$1" ${args}`;
  const child = spawn('sh', ['-c', script, process.execPath, join(process.cwd(), 'bin/hap-monitor.js')]);
  let said = '';
  child.stderr.on('data', text => (said += text));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toBe('hap-monitor: sp: the spool cannot be used: no such file; name it by its whole path\n');
  expect(receiver.lines().length).toBeGreaterThan(100);
});
