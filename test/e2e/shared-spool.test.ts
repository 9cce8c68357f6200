import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { freePort, waitFor } from '../../tools/players/process.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { startStatsd } from '../helpers/statsd.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// Two command lines with one spool, as in a crontab.

const SILENT = { code: 0, stderr: '' };

test('two scopes of one StatsD each get all of the growth, one after the other and at once', async () => {
  const dir = await tempDir();
  const [statsd, haproxy] = [await startStatsd(), await startHaproxy({ dir })];
  onTestFinished(async () => void (await Promise.all([statsd.stop(), haproxy.stop()])));
  const run = (scope: string) =>
    runBin([
      ...['--sockets', haproxy.socket, '--spool', join(dir, 'spool'), '--hostname', 'h', '--metrics', 'stot'],
      ...['--backend', `127.0.0.1:${statsd.port}::${scope}`, '--protocol', 'tcp', '--counters', 'delta'],
    ]);
  const ask = async (times: number) => {
    for (let request = 0; request < times; request++) await haproxy.get('/');
  };
  const sums = async () => {
    const counters = await statsd.counters();
    return ['one', 'two'].map(scope => counters.get(`${scope}.h.1.web.FRONTEND.stot`));
  };
  for (const scope of ['one', 'two']) expect(await run(scope)).toMatchObject(SILENT);
  await ask(9);
  expect(await run('one')).toMatchObject(SILENT);
  await ask(1);
  expect(await run('two')).toMatchObject(SILENT);
  await ask(4);
  expect(await Promise.all([run('one'), run('two')])).toMatchObject([SILENT, SILENT]);
  await waitFor(async () => String(await sums()) === '14,14', 'statsd to count 14 twice', 3000);
});

test('a line whose sockets come and go counts what was sent meanwhile once, and holds up no other', async () => {
  const dir = await tempDir();
  const [statsd, one, two] = [
    await startStatsd(),
    await startHaproxy({ dir, name: 'one' }),
    await startHaproxy({ dir, name: 'two' }),
  ];
  onTestFinished(async () => void (await Promise.all([statsd.stop(), one.stop(), two.stop()])));
  const run = (...sockets: readonly string[]) =>
    runBin([
      ...['--sockets', ...sockets, '--spool', join(dir, 'spool'), '--hostname', 'h', '--metrics', 'stot'],
      ...['--backend', `127.0.0.1:${statsd.port}::lb`, '--protocol', 'tcp', '--counters', 'delta'],
      ...['--process-name', 'endpoint'],
    ]);
  const ask = async (haproxy: typeof one, times: number) => {
    for (let request = 0; request < times; request++) await haproxy.get('/');
  };
  const both = [one.socket, two.socket];
  expect(await run(...both)).toMatchObject(SILENT);
  for (let round = 0; round < 3; round++) {
    await ask(one, 2);
    expect(await run(one.socket)).toMatchObject(SILENT);
  }
  await ask(two, 5);
  expect(await run(...both)).toMatchObject(SILENT);
  await ask(one, 1);
  await ask(two, 1);
  expect(await Promise.all([run(one.socket), run(two.socket)])).toMatchObject([SILENT, SILENT]);
  const sums = async () =>
    [...(await statsd.counters())].filter(([name]) => name.includes('web.FRONTEND.stot'));
  await waitFor(
    async () =>
      (await sums())
        .map(([, sum]) => sum)
        .sort()
        .join() === '6,7',
    'statsd to count 7 and 6',
    3000,
  );
});

/** Runs with hook snapshots and one spool; a run's result is the lines of its scope about hooks. */
async function feedHooks() {
  const { dir, socket } = await playHaproxy();
  const receiver = await receive();
  const write = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const run = async (scope: string, ...sources: readonly string[]): Promise<readonly string[]> => {
    const seen = receiver.lines().length;
    const ran = await runBin([
      ...['--sockets', socket, '--metrics', 'Idle_pct', '--hostname', 'h', '--spool', join(dir, 'spool')],
      ...['--backend', `127.0.0.1:${receiver.port}::${scope}`, '--type', 'G', '--hook-stats', ...sources],
    ]);
    expect(ran).toMatchObject(SILENT);
    const beginning = `${scope}.h.hooks.`;
    const lines = receiver.lines().slice(seen);
    return lines.flatMap(line =>
      line.startsWith(beginning) ? [line.slice(beginning.length).replace(/ \d+$/, '')] : [],
    );
  };
  return { run, write };
}

test('two scopes each get the quantiles of what came since their own last run', async () => {
  const { run, write } = await feedHooks();
  const page = (fast: number, slow: number) =>
    write(
      'page',
      `# TYPE h histogram\nh_bucket{le="1"} ${fast}\nh_bucket{le="3"} ${fast + slow}\nh_bucket{le="+Inf"} ${fast + slow}\nh_sum 1\nh_count ${fast + slow}\n`,
    );
  const median = async (scope: string, file: string) =>
    (await run(scope, file)).filter(line => line.startsWith('h.p50'));
  for (const scope of ['one', 'two']) expect(await median(scope, page(1000, 0))).toEqual([]);
  for (const scope of ['one', 'two']) expect(await median(scope, page(1000, 10))).toEqual(['h.p50 2']);
});

test('a worker keeps its number while another line numbers those of another source', async () => {
  const { run, write } = await feedHooks();
  const page = (name: string, ...ids: number[]) =>
    `web=${write(name, ids.map(id => `requests_total{worker_id="worker_${id}_100"} ${id}\n`).join(''))}`;
  const workers = async (scope: string, source: string) =>
    (await run(scope, source, '--hook-workers')).filter(line => line.includes('worker'));
  expect(await workers('one', page('a', 1, 2))).toEqual([
    'web.requests_total.worker.0 1',
    'web.requests_total.worker.1 2',
  ]);
  expect(await workers('two', page('b', 3))).toEqual(['web.requests_total.worker.0 3']);
  expect(await workers('one', page('a', 2))).toEqual(['web.requests_total.worker.1 2']);
});

test('an outage is said once, however well another line delivers', async () => {
  const { dir, socket } = await playHaproxy();
  const receiver = await receive();
  const run = (port: number) =>
    runBin([
      ...['--sockets', socket, '--spool', join(dir, 'spool'), '--retries', '0'],
      ...['--backend', `127.0.0.1:${port}`, '--type', 'G'],
    ]);
  const away = await freePort();
  const said: boolean[] = [];
  for (let minute = 0; minute < 3; minute++) {
    const { code, stderr } = await run(away);
    expect(code).toBe(3);
    said.push(stderr !== '');
    expect(await run(receiver.port)).toMatchObject(SILENT);
  }
  expect(said).toEqual([true, false, false]);
});
