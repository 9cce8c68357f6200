import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startCarbon } from '../../tools/players/carbon.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { bigConfig, smallConfig, startHaproxy } from '../../tools/players/haproxy.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SILENT = { code: 0, stdout: '', stderr: '' };

/** The datapoints that the HAP-Monitor scripts send of an answer: paths below SCOPE.HOST, by their own reading of the CSV. */
function scriptsPaths(answer: string): Map<string, number> {
  const [info = '', stat = ''] = answer.split('\n\n');
  const process = /^Process_num: (\d+)$/m.exec(info)?.[1];
  const paths = new Map([[`${process}.Idle_pct`, Number(/^Idle_pct: (\d+)$/m.exec(info)?.[1])]]);
  const [header = '', ...rows] = stat.split('\n');
  const columns = header.slice(2).split(',');
  const included =
    'scur qcur chkfail status hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx req_rate qtime ctime rtime ttime';
  for (const row of rows) {
    if (row.includes('"')) continue; // a quoted comma made them take one column for another
    const cells = row.split(',');
    for (const field of included.split(' ')) {
      const cell = cells[columns.indexOf(field)] ?? '';
      const path = `${process}.${cells[0]}.${cells[1]}.${field}`;
      if (/^\d+$/.test(cell)) paths.set(path, Number(cell));
      if (field === 'status' && process === '1' && ['UP', 'DOWN', 'MAINT'].includes(cell)) {
        for (const state of ['UP', 'DOWN', 'MAINT']) paths.set(`${path}.${state}`, state === cell ? 1 : 0);
      }
    }
  }
  return paths;
}

test.each(['udp', 'tcp'])(
  'the cron line of HAP-Monitor lands the same paths in carbon over %s',
  async protocol => {
    const dir = await tempDir();
    const carbon = await startCarbon({ dir });
    onTestFinished(() => carbon.stop());
    const sockets = ['haproxy_admin_process_no_1.sock', 'haproxy_admin_process_no_2.sock'].map(name =>
      join(dir, name),
    );
    const answers = ['p1', 'p2'].map(process => recorded('v1.8.0-nbproc4', process));
    for (const [index, socket] of sockets.entries()) {
      const haproxy = await serveAnswers(socket, answers[index] ?? '');
      onTestFinished(haproxy.stop);
    }

    const backend = `127.0.0.1:${carbon.port}::my.system.stats.haproxy`;
    const args = ['--backend', backend, '--type', 'G', '--protocol', protocol, '--sockets', ...sockets];
    // The names of this HAProxy hold dots and colons, which the scripts sent as they are.
    expect(await runBin([...args, '--hostname', 'lb1', '--keep-dots'])).toMatchObject(SILENT);

    const wanted = new Map(answers.flatMap(answer => [...scriptsPaths(answer)]));
    expect(wanted.size).toBeGreaterThan(200);
    const stored = await carbon.settled(426);
    for (const [path, value] of wanted) {
      const points = await carbon.read(`my.system.stats.haproxy.lb1.${path}`);
      expect([path, ...points.values()]).toEqual([path, value]);
    }
    // Beyond what the scripts sent: rate, the status of every object in every state, and the row with a quoted comma.
    const more = stored.filter(path => !wanted.has(path.slice('my.system.stats.haproxy.lb1.'.length)));
    const expected = /\.(rate|status\.(UP|DOWN|MAINT|DRAIN|NOLB))$|\.be-broken\.down-weird\./;
    expect(more.filter(path => !expected.test(path))).toEqual([]);
  },
);

test('two real HAProxies in one run are told apart by their sockets', async () => {
  const dir = await tempDir();
  const carbon = await startCarbon({ dir });
  onTestFinished(() => carbon.stop());
  for (const name of ['blue', 'green']) {
    const haproxy = await startHaproxy({ dir, name });
    onTestFinished(haproxy.stop);
    for (let request = 0; request < (name === 'blue' ? 3 : 5); request++) await haproxy.get('/');
  }

  const before = Math.floor(Date.now() / 1000);
  const args = [
    '--backend',
    `127.0.0.1:${carbon.port}`,
    '--type',
    'G',
    '--hostname',
    'lb1',
    '--sockets',
    `${dir}/*.sock`,
  ];
  expect(await runBin(args)).toMatchObject(SILENT);

  const stored = await carbon.settled(
    (await runBin([...args, '--dry-run'])).stdout.trimEnd().split('\n').length,
  );
  for (const [name, requests] of [
    ['blue', 3],
    ['green', 5],
  ] as const) {
    const points = await carbon.read(`haproxy.lb1.${name}.web.FRONTEND.hrsp_2xx`);
    expect([...points.values()]).toEqual([requests]);
    const [timestamp = 0] = points.keys();
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(before + 5);
    expect([...(await carbon.read(`haproxy.lb1.${name}.app.one.status.UP`)).values()]).toEqual([1]);
  }
  expect(stored.every(path => /^haproxy\.lb1\.(blue|green)\.[^.]+(\.[^.]+){0,3}$/.test(path))).toBe(true);
});

test('the answer of 10,000 servers arrives whole, value for value', async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({ dir, config: ports => smallConfig(ports) + bigConfig(10_000) });
  onTestFinished(haproxy.stop);
  const receiver = await receive();

  const args = ['--backend', `127.0.0.1:${receiver.port}`, '--type', 'G', '--sockets', haproxy.socket];
  const ran = await runBin([...args, '--hostname', 'lb1', '--metrics', 'weight', 'status', 'lastsess']);
  expect(ran).toMatchObject(SILENT);

  const values = new Map(receiver.lines().map(line => line.split(' ').slice(0, 2) as [string, string]));
  for (let server = 0; server < 10_000; server++) {
    const prefix = `haproxy.lb1.1.be${Math.floor(server / 100)}.s${server % 100}`;
    expect([values.get(`${prefix}.weight`), values.get(`${prefix}.lastsess`)]).toEqual(['1', '-1']);
    expect([values.get(`${prefix}.status.UP`), values.get(`${prefix}.status.DOWN`)]).toEqual(['1', '0']);
  }
  expect(receiver.lines()).toHaveLength(values.size);
});

// A carbon that waits for a processor while its socket buffer fills (some 35 ms at the default pace) loses datagrams, which
// says nothing about the sender. The kernel counts them, so such a run is done again, towards the end at a slower pace.
test('100,000 datapoints over UDP to a local carbon: none is missing', { timeout: 180_000 }, async () => {
  const haproxy = await startHaproxy({
    dir: await tempDir(),
    config: ports => smallConfig(ports) + bigConfig(5900),
  });
  onTestFinished(haproxy.stop);
  const args = ['--type', 'G', '--protocol', 'udp', '--sockets', haproxy.socket];
  const { stdout } = await runBin([...args, '--backend', '127.0.0.1', '--dry-run']);
  const paths = stdout
    .trimEnd()
    .split('\n')
    .map(line => line.split(' ')[0]);
  expect(paths.length).toBeGreaterThan(100_000);

  const dropped: number[] = [];
  for (const rate of [50_000, 50_000, 50_000, 20_000, 10_000, 5_000]) {
    const carbon = await startCarbonInMemory();
    const backend = ['--backend', `127.0.0.1:${carbon.port}`, '--udp-rate', `${rate}`];
    expect(await runBin([...args, ...backend])).toMatchObject(SILENT);
    dropped.push(await carbon.droppedDatagrams());
    if (dropped.at(-1) === 0) {
      const stored = await carbon.settled(paths.length, 90_000);
      expect(stored.sort()).toEqual(paths.sort());
      return;
    }
    await carbon.stop('SIGKILL');
  }
  expect.fail(`carbon had no time to read: the kernel dropped ${dropped.join(', ')} datagrams of six runs`);
});

/** Carbon makes a file for each series; on a disk that takes it minutes, so they go to memory where there is such a place. */
async function startCarbonInMemory() {
  const dir = await tempDir(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const carbon = await startCarbon({ dir, retention: '1s:2m' });
  onTestFinished(() => carbon.stop());
  return carbon;
}

test('a Graphite that reads 10 KB a second holds the run back instead of filling its memory', async () => {
  const dir = await tempDir();
  const haproxy = await startHaproxy({ dir, config: ports => smallConfig(ports) + bigConfig(10_000) });
  onTestFinished(haproxy.stop);
  const args = ['--type', 'G', '--sockets', haproxy.socket, '--metrics', 'all', '--backend'];

  const fast = await receive();
  const freely = await runBin([...args, `127.0.0.1:${fast.port}`]);
  expect(freely).toMatchObject(SILENT);
  const megabytes = fast.texts().join('').length / 1e6;
  expect(megabytes).toBeGreaterThan(20);

  let read = 0;
  const slow = createServer(async socket => {
    socket.on('error', () => undefined);
    for (; !socket.destroyed; await sleep(100))
      read += socket.read(1000)?.length ?? socket.read()?.length ?? 0;
  });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  onTestFinished(() => void slow.close());
  const address = slow.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const held = await runBin([...args, `127.0.0.1:${port}`, '--write-timeout', '60', '--deadline', '6']);

  expect(held.code).toBe(4);
  expect(held.stderr).toMatch(
    new RegExp(
      `^hap-monitor: tcp://127.0.0.1:${port}: the deadline of 6 s was reached; \\d+ datapoints are lost\n$`,
    ),
  );
  expect(held.seconds).toBeLessThan(8);
  expect(read).toBeLessThan(100_000);
  // Not even half of what it could not send was kept in memory.
  expect(held.peakRssMb).toBeLessThan(freely.peakRssMb + megabytes / 2);
});

test.runIf(process.getuid?.() === 0)('a large run is delivered where /proc is not there', async () => {
  const { socket } = await playHaproxy();
  const receiver = await receive();
  const command = 'mount -t tmpfs none /proc && exec "$@"';
  const args = ['--sockets', socket, '--backend', `127.0.0.1:${receiver.port}`, '--type', 'G'];
  const bin = [process.execPath, 'bin/hap-monitor.js', ...args, '--metrics', 'all', '--retries', '0'];
  const ran = promisify(execFile)('unshare', ['--mount', 'sh', '-c', command, 'sh', ...bin]);
  expect(await ran).toEqual({ stdout: '', stderr: '' });
  expect(receiver.lines().join('\n').length).toBeGreaterThan(65_535);
});

test('a dry run prints exactly what a run sends', async () => {
  const { socket } = await playHaproxy('2.6-odd-names');
  const receiver = await receive();

  const args = ['--backend', `127.0.0.1:${receiver.port}`, '--type', 'G', '--sockets', socket];
  const printed = await runBin([...args, '--metrics', 'all', '--dry-run']);
  expect(printed).toMatchObject({ code: 0, stderr: '' });
  expect(receiver.lines()).toEqual([]);
  const verbose = await runBin([...args, '--metrics', 'all', '--verbose', '--verbose']);
  const untimed = (text: string): string => text.replace(/ \d+$/gm, '');
  const sent = `${receiver.lines().join('\n')}\n`;
  expect(untimed(sent)).toBe(untimed(printed.stdout));

  // Given twice, --verbose says each datapoint, on stderr.
  expect(verbose).toMatchObject({ code: 0, stdout: '' });
  for (const line of receiver.lines()) expect(verbose.stderr).toContain(`${line}\n`);
  expect(verbose.stderr).toContain('haproxy.');
  expect(verbose.stderr).toMatch(/app\.s_1: two names become this path, only the first is sent\n/);
});
