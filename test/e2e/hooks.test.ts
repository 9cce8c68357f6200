import { spawnSync } from 'node:child_process';
import { cp, mkdir, open, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { freePort } from '../../tools/players/process.ts';
import { startCollector } from '../helpers/gstats-collectd.ts';
import { recordedAnswer, recordedPage } from '../helpers/hook-pages.ts';
import { playHookStats } from '../helpers/hook-stats.ts';
import { lineIn } from '../helpers/line.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { recordedKeys, startRedis, writeKeys } from '../helpers/redis.ts';
import { type RunOptions, runBin } from '../helpers/run-bin.ts';

const GSTATS = recordedPage('gstats.json');
const APPLICATIONS = [
  'my_app.started 3',
  'my_app.finished 3',
  'my_app.processing_time.avg 100',
  'my_app.processing_time.std 40.824829046386306',
  'api_v1.started 1',
  'api_v1.finished 0',
];
const LARGEST = 32 * 1024 * 1024;
/** Sources share what one alone may hold. */
const TOO_LARGE = `holds more than ${Math.floor(LARGEST / 7)} bytes, the limit for a hook snapshot`;
const MISSING = 'no such file or directory: is the path right, and does what writes it run?';
const LATE = 'could not be read whole within 1.5 s (hook-timeout)';

/** An HAProxy, and a run that gives one of its numbers and those of hook snapshots to a receiver. */
async function setUp() {
  const { dir, socket } = await playHaproxy();
  const receiver = await receive();
  const backend = ['--backend', `127.0.0.1:${receiver.port}::lb`, '--type', 'G', '--hostname', 'lb1'];
  const args = [...backend, '--sockets', socket, '--metrics', 'Idle_pct', '--hook-stats'];
  const run = async (sources: readonly string[], options?: RunOptions) => {
    const ran = await runBin([...args, ...sources], options);
    const lines = receiver.lines().map(line => line.replace(/^lb\.lb1\.| \d{10}$/g, ''));
    const hooks = lines.filter(line => line.startsWith('hooks.')).map(line => line.slice('hooks.'.length));
    return {
      code: ran.code,
      stdout: ran.stdout,
      stderr: ran.stderr,
      haproxy: lines.includes('1.Idle_pct 99'),
      hooks,
    };
  };
  const write = async (name: string, text: string | Buffer): Promise<string> => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  return { dir, run, write };
}

/** A web server that says the same to everybody, or does as it likes with a connection. */
async function serve(answer: Answer): Promise<string> {
  const { port, stop } = await serveAnswers({ port: 0 }, answer);
  onTestFinished(stop);
  return `http://127.0.0.1:${port}/_status`;
}

const ok = (body: string) => `HTTP/1.0 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

test('a file, standard input, a page and a gstats-collectd give the same datapoints', async () => {
  const { run, write } = await setUp();
  const file = await write('gstats.json', GSTATS);
  const collector = await startCollector(file);
  onTestFinished(() => collector.stop());
  const good = { code: 0, stdout: '', stderr: '', haproxy: true };
  expect(await run([file])).toEqual({ ...good, hooks: APPLICATIONS });
  for (const source of ['-', await serve(ok(GSTATS)), collector.source]) {
    const { run: again } = await setUp();
    expect(await again([source], { stdin: GSTATS })).toEqual({ ...good, hooks: APPLICATIONS });
  }
});

test('a page of gunicorn-prometheus-exporter as it came over the wire, beside another snapshot', async () => {
  const { run, write } = await setUp();
  const page = await serve(recordedAnswer('gpe-sample-client-HEAD.prom'));
  const { code, hooks } = await run([`web=${page}`, await write('g.json', GSTATS)]);
  expect(code).toBe(0);
  expect(hooks).toEqual(expect.arrayContaining(APPLICATIONS));
  expect(hooks).toContain('web.gunicorn_worker_requests_total 9');
  expect(hooks).toContain('web.gunicorn_worker_memory_bytes 78151680');
  expect(hooks.filter(line => /worker_id|pid|timestamp/.test(line))).toEqual([]);
});

test('a collector that has seen nothing yet is no failure', async () => {
  const { run, write } = await setUp();
  expect(await run([await write('g.json', '{}')])).toMatchObject({
    code: 0,
    stderr: '',
    haproxy: true,
    hooks: [],
  });
});

test('a name is for a snapshot of one application', async () => {
  const { run, write } = await setUp();
  const one = JSON.stringify({ default: JSON.parse(GSTATS)['api.v1'] });
  const [single, two] = [await write('1.json', one), await write('2.json', GSTATS)];
  expect(await run([`web=${single}`, `both=${two}`])).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${two}: holds 2 applications with names of their own: leave out "both="\n`,
    haproxy: true,
    hooks: ['web.started 1', 'web.finished 0'],
  });
});

test.each<[string, string | Buffer, string]>([
  ['an empty file', ' \n', 'is empty'],
  ['null', 'null\n', 'is null, the answer of gstats-collectd to RESET: STATS has to be asked'],
  ['ERROR', 'ERROR', 'is ERROR, the answer of gstats-collectd to what it does not know'],
  ['an array', '[1, 2]', 'is a JSON array; expected one object with the applications by name'],
  [
    'times',
    '{"my_app": [50.0]}',
    '"my_app" is a list of times, the answer of gstats-collectd to RTIMES: STATS has to be asked',
  ],
  ['JSON cut short', GSTATS.slice(0, 90), 'begins like JSON but is damaged or cut short'],
  ['HTML', '<!DOCTYPE html>\n', 'is a page of HTML: is this the path of the snapshot?'],
  ['anything else', 'hello\n', 'is neither JSON of gstats nor Prometheus text: line 1 is "hello"'],
  ['what is not text', Buffer.from([0x7b, 0xff, 0xfe]), 'is not a text in UTF-8'],
  [
    'a Prometheus page cut short',
    recordedPage('gpe-sample-after-hup.prom').slice(0, -2),
    'is cut short: its last line does not end',
  ],
])('%s is one line and exit 1, HAProxy’s datapoints are delivered', async (_, text, what) => {
  const { run, write } = await setUp();
  const file = await write('snapshot', text);
  expect(await run([file])).toEqual({
    code: 1,
    stdout: '',
    stderr: `hap-monitor: ${file}: ${what}\n`,
    haproxy: true,
    hooks: [],
  });
});

test('what is missing, old, too large or endless is a line each, and the good one is sent', async () => {
  const { dir, run, write } = await setUp();
  const good = await write('good.json', GSTATS);
  const old = await write('old.json', GSTATS);
  await utimes(old, new Date(), new Date(Date.now() - 400_000));
  const large = await write('large', '');
  await truncate(large, LARGEST + 1);
  const [silent, unread] = ['silent', 'nobody-writes'].map(name => join(dir, name)) as [string, string];
  expect(spawnSync('mkfifo', [silent, unread]).status).toBe(0);
  const writer = await open(silent, 'r+'); // holds it open and writes nothing
  onTestFinished(() => writer.close());
  const ran = await run([
    '/no/such.json',
    old,
    large,
    '/dev/zero',
    silent,
    unread,
    good,
    '--hook-timeout',
    '1.5',
  ]);
  expect(ran).toMatchObject({ code: 1, haproxy: true, hooks: APPLICATIONS });
  expect(ran.stderr.split('\n')).toEqual([
    `hap-monitor: /no/such.json: ${MISSING}`,
    expect.stringMatching(
      /^hap-monitor: \S+\/old\.json: was written 40\d s ago, more than 300 s \(hook-max-age\): does what writes it still run\?$/,
    ),
    `hap-monitor: ${large}: ${TOO_LARGE}`,
    'hap-monitor: /dev/zero: is a device; expected a file, a FIFO or a directory',
    `hap-monitor: ${silent}: ${LATE}`,
    `hap-monitor: ${unread}: ${LATE}`,
    '',
  ]);
});

test('a file from the future is refused, but for a little', async () => {
  const { run, write } = await setUp();
  const file = await write('g.json', GSTATS);
  await utimes(file, new Date(), new Date(Date.now() + 30_000));
  expect(await run([file])).toMatchObject({ code: 0, hooks: APPLICATIONS });
  await utimes(file, new Date(), new Date(Date.now() + 86_400_000));
  const { code, stderr } = await run([file]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /: was written 86[34]\d\d s in the future, more than 60 s: was a clock wrong\? Write it anew\n$/,
  );
});

test('an old file is sent where any age will do', async () => {
  const { run, write } = await setUp();
  const old = await write('old.json', GSTATS);
  await utimes(old, 1, 1);
  expect(await run([old, '--hook-max-age', '0'])).toMatchObject({ code: 0, hooks: APPLICATIONS });
});

test('pages that fail in every way are a line each, without passwords', async () => {
  const { run } = await setUp();
  const drip = (_: string, socket: Socket): void => {
    socket.write('HTTP/1.0 200 OK\r\n\r\n');
    const timer = setInterval(() => socket.write('#'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  const flood = (_: string, socket: Socket): void => {
    socket.write('HTTP/1.0 200 OK\r\n\r\n');
    const pour = (): void => {
      while (socket.writable && socket.write(Buffer.alloc(65_536, '#')));
    };
    socket.on('drain', pour);
    pour();
  };
  const pages = {
    missing: await serve('HTTP/1.0 404 Not Found\r\n\r\n'),
    locked: await serve('HTTP/1.0 401 Unauthorized\r\n\r\n'),
    cut: await serve(ok(GSTATS).slice(0, -10)),
    silent: await serve(() => undefined),
    dripping: await serve(drip),
    flooding: await serve(flood),
    refused: `http://127.0.0.1:${await freePort()}/_status`,
  };
  const { locked, ...others } = pages;
  const secret = locked.replace('//', '//ops:s3cret@');
  const ran = await run([...Object.values(others), secret, '--hook-timeout', '1.5']);
  expect(ran).toMatchObject({ code: 1, haproxy: true, hooks: [] });
  expect(ran.stderr.split('\n')).toEqual([
    `hap-monitor: ${pages.missing}: answered 404 Not Found: is this the path of the snapshot?`,
    `hap-monitor: ${pages.cut}: the connection was closed in the middle of the answer`,
    `hap-monitor: ${pages.silent}: ${LATE}`,
    `hap-monitor: ${pages.dripping}: ${LATE}`,
    `hap-monitor: ${pages.flooding}: ${TOO_LARGE}`,
    `hap-monitor: ${pages.refused}: connection refused: nothing listens there`,
    `hap-monitor: ${locked}: answered 401: the user or the password is wrong`,
    '',
  ]);
});

test('collectors that fail in every way are a line each, and hold the run no longer than their time', async () => {
  const { run, write } = await setUp();
  const file = await write('g.json', GSTATS);
  const large = await write('large', '');
  await truncate(large, 2_000_000);
  const [slow, flooding, wrong] = [
    await startCollector(file, 60),
    await startCollector(large),
    await startCollector(await write('error', 'ERROR')),
  ];
  for (const { stop } of [slow, flooding, wrong]) onTestFinished(() => stop());
  const absent = `zmq+tcp://127.0.0.1:${await freePort()}`;
  const sources = [absent, slow.source, wrong.source, flooding.source];
  const ran = await run([...sources, '--hook-timeout', '1.5']);
  expect(ran).toMatchObject({ code: 1, haproxy: true, hooks: [] });
  expect(ran.stderr.split('\n')).toEqual([
    `hap-monitor: ${absent}: connection refused: nothing listens there`,
    `hap-monitor: ${slow.source}: ${LATE}`,
    `hap-monitor: ${wrong.source}: is ERROR, the answer of gstats-collectd to what it does not know`,
    `hap-monitor: ${flooding.source}: sends more than 1048576 bytes, the limit`,
    '',
  ]);
});

test('Redis is read beside HAProxy, and what is wrong with it is a line without the password', async () => {
  const { run } = await setUp();
  const redis = await startRedis('s3cret');
  onTestFinished(() => redis.stop());
  const url = redis.url.replace('//', '//:s3cret@');
  await writeKeys(url, recordedKeys());
  const patient = ['--hook-timeout', '15']; // loading the package takes long on a busy machine
  const good = await run([url, ...patient]);
  expect(good).toMatchObject({ code: 0, stderr: '', haproxy: true });
  expect(good.hooks).toContain('gunicorn_worker_requests_total 8');
  expect(good.hooks).toContain('gunicorn_worker_memory_bytes 79405056');
  const { run: again } = await setUp();
  expect(await again([url.replace('s3cret', 'wr0ng'), ...patient])).toEqual({
    code: 1,
    stdout: '',
    stderr: `hap-monitor: ${redis.url}: the user or the password is wrong\n`,
    haproxy: true,
    hooks: [],
  });
});

test('zeromq is found beside the command where npm installs globally, and its absence is said', async () => {
  const { dir, run, write } = await setUp();
  const collector = await startCollector(await write('g.json', GSTATS));
  onTestFinished(() => collector.stop());
  const modules = join(dir, 'lib', 'node_modules');
  await mkdir(join(modules, 'hap-monitor'), { recursive: true });
  for (const part of ['bin', 'dist', 'package.json'])
    await cp(part, join(modules, 'hap-monitor', part), { recursive: true });
  const bin = join(modules, 'hap-monitor', 'bin', 'hap-monitor.js');
  expect(await run([collector.source], { bin })).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${collector.source}: asking over ZeroMQ takes the npm package zeromq, which is not installed: npm install -g zeromq\n`,
    haproxy: true,
    hooks: [],
  });
  await symlink(join(process.cwd(), 'node_modules', 'zeromq'), join(modules, 'zeromq'));
  expect(await run([collector.source], { bin })).toMatchObject({ code: 0, stderr: '', hooks: APPLICATIONS });
});

test('hook snapshots are delivered when no HAProxy answers', async () => {
  const { run, write } = await setUp();
  const good = await write('g.json', GSTATS);
  expect(await run([good, '--sockets', '/no/s.sock', '--pull-retries', '0'])).toMatchObject({
    code: 1,
    hooks: APPLICATIONS,
  });
});

test('check reads them too: one that cannot be read is a warning', async () => {
  const { dir, socket } = await playHaproxy();
  await writeFile(join(dir, 'g.json'), GSTATS);
  const args = ['check', '--sockets', socket, '--hook-stats', join(dir, 'g.json')];
  expect((await runBin(args)).stdout).toMatch(/^HAP-MONITOR OK - .* hooks_failed=0;;;0;1$/m);
  expect((await runBin(['check', '--hook-stats', join(dir, 'g.json')])).stdout).toBe(
    'HAP-MONITOR OK - 1 of 1 hook snapshots read | hooks_failed=0;;;0;1\n',
  );
  expect(await runBin([...args, '/no/g.json'])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /^HAP-MONITOR WARNING - \/no\/g\.json: no such file or directory: .* \| .* hooks_failed=1;;;0;2$/m,
    ),
  });
});

test('a directory as standard input is told, since Node takes it for an empty stream', () => {
  const command = `exec ${process.execPath} bin/hap-monitor.js --hook-stats - --dry-run </`;
  expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({
    status: 1,
    stderr: 'hap-monitor: standard input: is a directory: give its path in place of "-"\n',
  });
});

test('the config file names snapshots too, and what is printed of it reads back', async () => {
  const { dir, socket } = await playHaproxy();
  await writeFile(join(dir, 'g.json'), GSTATS);
  await utimes(join(dir, 'g.json'), 1, 1);
  const file = join(dir, 'h.conf');
  await writeFile(
    file,
    `[pull]\nservers = ${socket}\n[hooks]\nsources = ${dir}/g.json, two=-\nmax-age = 0\n[graphite]\nserver = h\nnamespace = lb\n`,
  );
  const stdin = JSON.stringify({ x: JSON.parse(GSTATS)['api.v1'] });
  const dry = (...args: string[]) => runBin([...args, '--hostname', 'lb1', '--dry-run'], { stdin });
  const ran = await dry('--config', file);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const hooks = (text: string) => text.match(/^lb\.lb1\.hooks\.\S+ \S+/gm);
  expect(hooks(ran.stdout)).toEqual(
    [...APPLICATIONS, 'two.started 1', 'two.finished 0'].map(line => `lb.lb1.hooks.${line}`),
  );
  const printed = await runBin(['--config', file, '-P']);
  await writeFile(join(dir, 'printed.conf'), printed.stdout);
  expect(hooks((await dry('--config', join(dir, 'printed.conf'))).stdout)).toEqual(hooks(ran.stdout));
  const flags = await runBin([
    '--config',
    file,
    '-P',
    '--hook-stats',
    'web=/a.json',
    '-',
    '--hook-timeout',
    '1',
  ]);
  expect(flags.stdout).toContain(
    '[hooks]\nsources = web=/a.json, /dev/stdin\nworkers = false\ntimeout = 1\nmax-age = 0\n',
  );
});

test('a source that may take longer than the run leaves half of it for delivery', async () => {
  const { dir, run } = await setUp();
  expect(spawnSync('mkfifo', [join(dir, 'fifo')]).status).toBe(0);
  const ran = await run([join(dir, 'fifo'), '--hook-timeout', '60', '--deadline', '2']);
  expect(ran).toMatchObject({ code: 1, haproxy: true });
  expect(ran.stderr).toBe(
    `hap-monitor: ${join(dir, 'fifo')}: could not be read whole within 1 s (hook-timeout)\n`,
  );
});

test('with a spool quantiles are of what came since the run before; the first run has none', async () => {
  const { dir, run, write } = await setUp();
  const page = (fast: number, slow: number) =>
    write(
      'page',
      `# TYPE h histogram\nh_bucket{le="1"} ${fast}\nh_bucket{le="3"} ${fast + slow}\nh_bucket{le="+Inf"} ${fast + slow}\nh_sum 1\nh_count ${fast + slow}\n`,
    );
  let seen = 0;
  const quantiles = async (file: string, ...args: string[]) => {
    const { code, stderr, hooks } = await run([file, ...args]);
    expect([code, stderr]).toEqual([0, '']);
    const fresh = hooks.slice(seen); // the receiver keeps those of earlier runs
    seen = hooks.length;
    return fresh.filter(line => /^h\.p/.test(line));
  };
  const spool = ['--spool', join(dir, 'spool')];
  expect(await quantiles(await page(1000, 0))).toEqual(['h.p50 0.5', 'h.p95 0.95', 'h.p99 0.99']);
  expect(await quantiles(await page(1000, 0), ...spool)).toEqual([]);
  expect(await quantiles(await page(1000, 10), ...spool)).toEqual(['h.p50 2', 'h.p95 2.9', 'h.p99 2.98']);
  expect(await quantiles(await page(10, 0), ...spool)).toEqual(['h.p50 0.5', 'h.p95 0.95', 'h.p99 0.99']);
  const odd =
    '# TYPE odd histogram\nodd_bucket{le="abc"} 1\nodd_bucket{le="1"} inf\nodd_bucket{le="+Inf"} 1\n';
  for (const _ of [1, 2]) expect(await quantiles(await write('page', odd), ...spool)).toEqual([]);
  await writeFile(join(lineIn(join(dir, 'spool')), 'histograms.json'), 'damaged');
  expect(await run([await page(20, 0), ...spool])).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${join(dir, 'spool')}: the histograms of earlier runs (histograms.json) cannot be read and are begun anew: it is not JSON\n`,
  });
});

test('numbers of each worker have its number, which a spool remembers; a source that fails keeps its workers’', async () => {
  const { dir, run, write } = await setUp();
  const page = (...ids: number[]) =>
    write('page', ids.map(id => `requests_total{worker_id="worker_${id}_100"} ${id}\n`).join(''));
  const file = await page(1, 2, 3);
  const args = [`web=${file}`, '--hook-workers'];
  let seen = 0;
  const workers = async (...more: string[]) => {
    const { hooks } = await run([...args, ...more]);
    const fresh = hooks.slice(seen).filter(line => line.includes('worker')); // the receiver keeps those of earlier runs
    seen = hooks.length;
    return fresh.map(line => line.replace('web.requests_total.worker.', ''));
  };
  const spool = ['--spool', join(dir, 'spool')];
  expect(await workers(...spool)).toEqual(['0 1', '1 2', '2 3']);
  await page(2, 3, 4, 5);
  expect(await workers()).toEqual(['0 2', '1 3', '2 4', '3 5']);
  await writeFile(file, 'damaged');
  expect(await workers(...spool)).toEqual([]);
  await page(2, 3, 4, 5);
  expect(await workers(...spool)).toEqual(['1 2', '2 3', '0 4', '3 5']);
  await writeFile(join(lineIn(join(dir, 'spool')), 'workers.json'), 'damaged');
  expect(await run([...args, ...spool])).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${join(dir, 'spool')}: the numbers of workers (workers.json) cannot be read and are given anew: it is not JSON\n`,
  });
  const tagged = await runBin([
    '--hook-stats',
    ...args,
    '--dry-run',
    '--layout',
    'tagged',
    '--type',
    'G',
    '--hostname',
    'lb1',
  ]);
  expect(tagged.stdout).toMatch(/^haproxy\.hooks\.requests_total;app=web;host=lb1;worker=3 5 \d+$/m);
});

test('live workers of a directory of hook_stats.py are shown one by one', async () => {
  const { dir } = await setUp();
  const stats = join(dir, 'stats');
  await mkdir(stats);
  const playing = await playHookStats(
    stats,
    "set_clock(time.time())\nstats = HookStats('my_app', directory)\nrequest(stats)\nin_child(lambda: request(stats))\nanswer(None)",
  );
  onTestFinished(playing.end);
  const ran = await runBin(['show', '--hook-stats', stats, '--hook-workers', '--format', 'json']);
  expect(JSON.parse(ran.stdout).hooks).toMatchObject([
    { app: 'my_app', labels: {}, figures: { started: 2 } },
    { app: 'my_app', labels: { worker: '0' }, figures: { started: 1, 'responses.2xx': 1 } },
  ]);
});
