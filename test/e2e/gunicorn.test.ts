import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { type Gunicorn, startGunicorn, waitUntilGone } from '../helpers/gunicorn.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const isRoot = process.getuid?.() === 0;
const SYNC = 'workers = 3';
const THREADS = `workers = 2\nworker_class = 'gthread'\nthreads = 4`;
const GEVENT = `workers = 2\nworker_class = 'gevent'`;

let socket = '';

beforeAll(async () => {
  socket = join(await tempDir(), 'haproxy.sock');
  const haproxy = await serveAnswers(socket, recorded('2.6-p1'));
  return haproxy.stop;
});

/** The fields of the example's application that a run sends to Graphite. */
async function readStats(stats: string): Promise<Readonly<Record<string, number>>> {
  const args = ['--sockets', socket, '--backend', '127.0.0.1:2003::lb', '--type', 'G', '--hostname', 'h'];
  const ran = await runBin([...args, '--hook-stats', stats, '--dry-run']);
  const points = ran.stdout.matchAll(/^lb\.h\.hooks\.my_app\.(\S+) (\S+) \d+$/gm);
  return Object.fromEntries(Array.from(points, ([, name, value]) => [name, Number(value)]));
}

async function setUp(config: string, prepare: (stats: string) => void = () => {}) {
  const dir = await tempDir();
  const stats = join(dir, 'stats');
  mkdirSync(stats);
  prepare(stats);
  const gunicorn = await startGunicorn({ dir, stats, config });
  onTestFinished(() => gunicorn.stop());
  return { dir, stats, gunicorn };
}

/** Requests from six clients at a time, each one after the other; gives the statuses, in no order. */
async function send(gunicorn: Gunicorn, paths: readonly string[]) {
  const left = [...paths];
  const statuses: (number | undefined)[] = [];
  const work = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift())
      statuses.push(await gunicorn.get(path));
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return statuses;
}

/** Response classes of the statuses that a client got, by the reader's field names. */
function classes(statuses: readonly (number | undefined)[]) {
  const count = (first: number) =>
    statuses.filter(status => Math.floor((status ?? 0) / 100) === first).length;
  return Object.fromEntries([1, 2, 3, 4, 5].map(first => [`responses.${first}xx`, count(first)]));
}

/** A request is counted right after its response is sent, which a client may get before. */
async function settled(stats: string, finished: number) {
  return await waitFor(async () => {
    const fields = await readStats(stats);
    return (fields.finished ?? 0) >= finished && fields;
  }, `${finished} requests to be counted`);
}

function times(count: number, ...paths: readonly string[]): readonly string[] {
  return Array.from({ length: count }, (_, index) => paths[index % paths.length] ?? '');
}

test.each([
  ['sync', SYNC],
  ['gthread', THREADS],
  ['gevent', GEVENT],
])('%s workers count what the client got: answers, errors, slow ones', async (_, config) => {
  const { stats, gunicorn } = await setUp(config);
  const paths = times(200, '/200', '/204', '/302', '/404', '/503', '/raise', '/raise-late', '/slow/0.05');
  const statuses = await send(gunicorn, paths);
  expect(statuses.filter(status => status === 500)).toHaveLength(50);
  const fields = await settled(stats, 200);
  expect(fields).toMatchObject({ started: 200, finished: 200, processing: 0, ...classes(statuses) });
  expect(fields).toMatchObject({ 'responses.other': 0, 'processing_time.count': 200 });
  expect(fields['processing_time.max']).toBeGreaterThanOrEqual(50);
});

test.each([
  ['sync', SYNC],
  ['gthread', THREADS],
])('%s workers lose no count in reloads amid traffic', async (_, config) => {
  const { stats, gunicorn } = await setUp(config);
  const before = gunicorn.workers();
  const sending = send(gunicorn, times(400, '/200', '/slow/0.01', '/404'));
  for (const finished of [50, 200]) {
    await settled(stats, finished);
    process.kill(gunicorn.pid, 'SIGHUP');
  }
  const statuses = await sending;
  await waitUntilGone(before);
  expect(await settled(stats, 400)).toMatchObject({ started: 400, finished: 400, ...classes(statuses) });
});

test.each([
  ['sync', SYNC],
  ['gthread', THREADS],
])('%s workers recycled by max_requests lose no count', async (_, config) => {
  const { stats, gunicorn } = await setUp(`${config}\nmax_requests = 20`);
  const before = gunicorn.workers();
  const statuses = await send(gunicorn, times(200, '/200', '/404', '/raise'));
  await waitUntilGone(before);
  expect(await settled(stats, 200)).toMatchObject({ started: 200, finished: 200, ...classes(statuses) });
});

test('a worker killed amid traffic keeps its counts, and what it had in progress is not in progress any more', async () => {
  const { dir, stats, gunicorn } = await setUp(SYNC);
  const file = join(dir, 'pid');
  const waiting = gunicorn.get(`/wait/${file}`);
  const sending = send(gunicorn, times(200, '/200', '/slow/0.01', '/raise'));
  const pid = Number(await waitFor(() => existsSync(file) && readFileSync(file, 'utf8'), 'the pid'));
  await settled(stats, 50);
  expect((await readStats(stats)).processing).toBeGreaterThanOrEqual(1);
  process.kill(pid, 'SIGKILL');
  expect(await waiting).toBeUndefined();
  const statuses = await sending;
  const fields = await settled(stats, 200);
  expect(fields).toMatchObject({ started: 201, finished: 200, processing: 0, ...classes(statuses) });
});

test('the totals go on over stop and start, and over a master and workers that were killed', async () => {
  const { dir, stats, gunicorn } = await setUp(SYNC);
  const { port } = gunicorn;
  await send(gunicorn, times(50, '/200'));
  await gunicorn.stop();
  expect(await readStats(stats)).toMatchObject({ started: 50, finished: 50 });

  const second = await startGunicorn({ dir, stats, config: SYNC, port });
  await send(second, times(50, '/404'));
  await settled(stats, 100);
  const workers = second.workers();
  for (const pid of workers) process.kill(pid, 'SIGSTOP'); // so that they cannot end in good order
  process.kill(second.pid, 'SIGKILL');
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await second.stop();
  await waitUntilGone(workers);
  expect(await readStats(stats)).toMatchObject({ started: 100, finished: 100, processing: 0 });

  const third = await startGunicorn({ dir, stats, config: SYNC, port });
  onTestFinished(() => third.stop());
  await send(third, times(50, '/200'));
  expect(await settled(stats, 150)).toMatchObject({
    started: 150,
    finished: 150,
    'responses.2xx': 100,
    'responses.4xx': 50,
  });
  await third.stop();
  expect(readdirSync(stats)).toEqual(['my_app.total']);
  expect(await readStats(stats)).toMatchObject({ started: 150, finished: 150 });
});

/** The statuses of a round of requests, which may not suffer from what the directory is. */
async function serveAll(gunicorn: Gunicorn) {
  expect(await send(gunicorn, times(60, '/200', '/404', '/raise'))).toHaveLength(60);
  return await send(gunicorn, times(60, '/200'));
}

test('a directory that cannot be written costs no request, nor one that goes away', async () => {
  // /proc takes a file from nobody, root neither.
  const dir = await tempDir();
  const gunicorn = await startGunicorn({ dir, stats: '/proc', config: THREADS });
  onTestFinished(() => gunicorn.stop());
  expect(await serveAll(gunicorn)).toEqual(Array(60).fill(200));

  const other = await setUp(SYNC);
  await send(other.gunicorn, times(30, '/200'));
  await settled(other.stats, 30);
  execFileSync('rm', ['-r', other.stats]);
  writeFileSync(other.stats, 'not a directory any more');
  expect(await serveAll(other.gunicorn)).toEqual(Array(60).fill(200));
  // One line of the server, whichever of its workers came upon it first.
  const remedy = `requests are counted in memory until user ${process.getuid?.()} can write there`;
  expect(gunicorn.output().match(/hook_stats: .*/g)).toEqual([
    expect.stringMatching(`^hook_stats: /proc: .*: ${remedy}$`),
  ]);
});

/** CI has fewer than a thorough run, DAMAGED_FILES=10000. */
const DAMAGED = Number(process.env.DAMAGED_FILES ?? 400);

const KINDS: Readonly<Record<string, (path: string) => void>> = {
  FIFO: makeFifo,
  directory: path => mkdirSync(path),
  'link to /dev/zero': path => symlinkSync('/dev/zero', path),
  'link to nowhere': path => symlinkSync('/nowhere', path),
  'empty file': path => writeFileSync(path, ''),
  'file of noise': path => writeFileSync(path, randomBytes(24_640)),
  'file of 8 GiB': path => {
    writeFileSync(path, '');
    truncateSync(path, 8 * 1024 ** 3);
  },
  'file with one bit flipped': path => {
    const header = { format: 'hook-stats worker 1', pid: 1, start: 1, namespace: 1, window: 600 };
    const bytes = Buffer.alloc(24_640);
    bytes.write(`${JSON.stringify(header).padEnd(511)}\n`);
    bytes.writeDoubleLE(Number.POSITIVE_INFINITY, 520);
    writeFileSync(path, bytes);
  },
};

test.each<[string, string, string, (stats: string) => void]>([
  ['sync', 'damaged files', SYNC, () => {}],
  [
    'gthread',
    'damaged files, one of them the total,',
    THREADS,
    stats => makeFifo(join(stats, 'my_app.total')),
  ],
])(
  '%s workers answer every request among %s over reloads and killed workers',
  async (_, __, config, prepare) => {
    const { stats, gunicorn } = await setUp(`${config}\nmax_requests = 50`, prepare);
    const kinds = Object.values(KINDS);
    const files = times(DAMAGED, 'my_app').map((name, index) =>
      join(stats, `${name}.${index}-0123abcd.worker`),
    );
    const first = gunicorn.workers();
    const sending = send(gunicorn, times(400, '/200', '/slow/0.01'));
    files.forEach((file, index) => {
      kinds[index % kinds.length]?.(file);
    });
    process.kill(gunicorn.pid, 'SIGHUP');
    const statuses = await sending;
    await waitUntilGone(first);
    const [worker = 0] = gunicorn.workers();
    process.kill(worker, 'SIGTERM');
    await waitUntilGone([worker]);
    statuses.push(...(await send(gunicorn, times(60, '/200'))));
    expect(statuses).toEqual(Array(460).fill(200));
    const total = join(stats, 'my_app.total');
    if (!statSync(total).isFile()) rmSync(total);
    await gunicorn.stop();
    const said = gunicorn.output().match(/(?<=hook_stats: .*\.(worker|total): )[^:]+/g);
    expect(said).toContain('not a regular file');
    expect(said?.length).toBeLessThan(20); // one of each cause and reload
    for (const file of files) rmSync(file, { recursive: true });
    expect(await readStats(stats)).toMatchObject({ started: 460, finished: 460, processing: 0 });
  },
);

function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

test('a full disk costs no request, and once there is room all that was counted is there', async () => {
  const { stats, gunicorn } = await setUp(SYNC, isRoot ? mountSmall : undefined);
  const disk = isRoot ? fillDisk(stats) : forbidWrites(gunicorn);
  expect(await serveAll(gunicorn)).toEqual(Array(60).fill(200));
  expect(await readStats(stats)).toMatchObject({ started: 0, finished: 0 });
  disk.makeRoom();
  await gunicorn.stop(); // its workers write when they end, at the latest
  expect(await readStats(stats)).toMatchObject({ started: 120, finished: 120, 'responses.5xx': 20 });
});

/** A disk of 64 KiB of its own. */
function mountSmall(stats: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', stats]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', stats]);
  });
}

function fillDisk(stats: string) {
  expect(() => writeFileSync(join(stats, 'filler'), Buffer.alloc(65_536))).toThrow('ENOSPC');
  return { makeRoom: () => execFileSync('mount', ['-o', 'remount,size=1m', stats]) };
}

/** For those who may not mount: the kernel lets these processes write to no file. */
function forbidWrites(gunicorn: Gunicorn) {
  const limit = (size: string) => {
    const apply = (pid: number) =>
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`]);
    apply(gunicorn.pid); // first, since workers that are yet to start inherit it
    for (const pid of gunicorn.workers()) apply(pid);
  };
  limit('0');
  return { makeRoom: () => limit('unlimited') };
}
