import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { runHookStats } from '../helpers/hook-stats.ts';
import { receive } from '../helpers/per-test.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LINE = /^#?(?:\S+ ){5} *(\S+) {2}(.*)$/;
const text = readFileSync('crontab.example', 'utf8');
const jobs = text.split('\n').filter(line => /^#?\* /.test(line));
const commands = jobs.map(job => LINE.exec(job)?.[2] ?? '');

/** All the paths of the examples are below it. */
let root = '';

beforeAll(async () => {
  root = await tempDir();
  for (const name of ['bin', 'var/spool', 'run/lock', 'run/hook-stats', 'etc'])
    mkdirSync(join(root, name), { recursive: true });
  symlinkSync(resolve('bin/hap-monitor.js'), join(root, 'bin/hap-monitor'));
  const sockets = [
    'run/haproxy/stats.sock',
    ...[1, 2].map(n => `var/run/haproxy_admin_process_no_${n}.sock`),
  ];
  const haproxies = await Promise.all(
    sockets.map((path, n) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      return serveAnswers(join(root, path), recorded(`2.6-p${n + 1}`));
    }),
  );
  await runHookStats(join(root, 'run/hook-stats'), "HookStats('my_app', directory).started()\nanswer(0)");
  return async () => {
    for (const haproxy of haproxies) await haproxy.stop();
  };
});

test('every line that is not prose or a variable is a job of user haproxy, with no % that cron would take', () => {
  expect(jobs.length).toBeGreaterThan(8);
  for (const job of jobs) {
    expect(LINE.exec(job)?.[1]).toBe('haproxy');
    expect(job).not.toContain('%');
  }
  const others = text.split('\n').filter(line => !jobs.includes(line) && !/^(# .*)?$/.test(line));
  expect(others).toEqual(['PATH=/usr/local/bin:/usr/bin:/bin', 'MAILTO=root']);
});

test.each(commands)('runs and is silent: %s', async command => {
  const receiver = await receive();
  const server = `server = 127.0.0.1\nport = ${receiver.port}`;
  writeFileSync(
    join(root, 'etc/haproxystats.conf'),
    `[pull]\nsocket-dir = ${root}/run/haproxy\n[graphite]\n${server}\n`,
  );
  const local = command
    .replace(/graphite\.example\.org(:2003)?|127\.0\.0\.1:\d+/, `127.0.0.1:${receiver.port}`)
    .replace(/(?<=[ '])\/(?=etc|run|var)/g, `${root}/`)
    .replace('sleep 15', 'sleep 0');
  // The program's sh; a cron has no more in its environment than PATH and HOME.
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, HOME: root };
  const child = spawn('/bin/sh', ['-c', local], { env, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 0, output: '' });
  await waitFor(() => receiver.lines().length > 400, 'more than 400 datapoints');
});
