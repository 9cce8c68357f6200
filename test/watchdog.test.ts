import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { tempDir } from './helpers/temp-dir.ts';

let bundle: string;
beforeAll(async () => {
  bundle = join(await tempDir(), 'watchdog.cjs');
  await build({ entryPoints: ['src/watchdog.ts'], outfile: bundle, bundle: true, platform: 'node' });
});

/** Runs a program that has `watch`, in a process of its own. */
function run(program: string): ReturnType<typeof spawnSync> {
  const code = `const { watch } = require(${JSON.stringify(bundle)}); ${program}`;
  return spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', timeout: 10_000 });
}

test('a process whose main thread is held past its deadline is killed and says so', () => {
  const hold = 'setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 700)';
  const { signal, stderr } = run(`watch(1000); ${hold}`);
  expect({ signal, stderr }).toEqual({
    signal: 'SIGKILL',
    stderr: 'hap-monitor: the deadline was reached while the process was blocked; it was killed\n',
  });
});

test('a process that calls its watchdog off may take its time', () => {
  const { status, stderr } = run(
    'const { callOff } = watch(400); setTimeout(callOff, 300); setTimeout(() => 0, 900)',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a watchdog does not keep a process that is done', () => {
  const begin = performance.now();
  expect(run('watch(8000); setTimeout(() => 0, 1200)').status).toBe(0);
  expect(performance.now() - begin).toBeLessThan(6000);
});

test('a process that computes a little past its deadline may finish', () => {
  const { status, stderr } = run(
    'const { callOff } = watch(600); setTimeout(() => { while (performance.now() < 1300); callOff(); }, 400)',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a process that computes without end is killed', () => {
  expect(run('watch(600); setTimeout(() => { for (;;); }, 400)').signal).toBe('SIGKILL');
});

test('a watchdog that was started kills a process that computes from its first moment on', () => {
  expect(run('watch(600).start().then(() => { for (;;); })').signal).toBe('SIGKILL');
});

test('a process goes on where no thread can be had, as in a working directory that is gone', () => {
  const gone = 'process.chdir(fs.mkdtempSync(os.tmpdir() + "/gone-")); fs.rmdirSync(process.cwd());';
  const { status, stderr } = run(`${gone} watch(5000).start(); setTimeout(() => 0, 500)`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
