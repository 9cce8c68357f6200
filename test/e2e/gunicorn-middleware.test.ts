import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../tools/players/process.ts';
import { waitUntilGone } from '../helpers/gunicorn.ts';
import { readHookDirectory } from '../helpers/hook-pages.ts';
import { type MiddlewareServer, startMiddlewareServer } from '../helpers/middleware-server.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A gunicorn of 25.2 or later, for its asgi workers, which Debian's 20.1 has not. */
const RECENT = process.env.RECENT_GUNICORN;
const UVICORN = ['/usr/bin/python3', '-m', 'uvicorn', 'application:asgi', '--workers', '2'] as const;
const gunicorn = (worker: string, application: string, program = '/usr/bin/gunicorn') =>
  [program, '--worker-class', worker, '--workers', '2', `application:${application}`] as const;
const UVICORN_WORKERS = gunicorn('uvicorn.workers.UvicornWorker', 'asgi');

type Command = Parameters<typeof startMiddlewareServer>[0]['command'];

async function setUp(command: Command) {
  const dir = await tempDir();
  const stats = join(dir, 'stats');
  mkdirSync(stats);
  const start = async (port?: number) => {
    const server = await startMiddlewareServer({ dir, stats, command, ...(port && { port }) });
    onTestFinished(() => server.stop());
    return server;
  };
  return { dir, stats, start };
}

/** Requests from six clients at a time; gives the statuses, in no order. One that the server turned away is sent again. */
async function send(server: MiddlewareServer, paths: readonly string[]): Promise<readonly number[]> {
  const left = [...paths];
  const statuses: number[] = [];
  const work = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const status = await server.get(path);
      if (status === undefined) left.push(path);
      else statuses.push(status);
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return statuses;
}

function times(count: number, ...paths: readonly string[]): readonly string[] {
  return Array.from({ length: count }, (_, index) => paths[index % paths.length] ?? '');
}

type Fields = Readonly<Record<string, number>>;

/** The fields of the application once so many requests are finished; a client has its answer a moment before. */
async function settled(
  stats: string,
  finished: number,
  isOver = (_: Fields): boolean => true,
): Promise<Fields> {
  return await waitFor(async () => {
    const [application] = await readHookDirectory(stats, Date.now() / 1000);
    const fields = Object.fromEntries(application?.fields ?? []);
    return (fields.finished ?? 0) >= finished && isOver(fields) && fields;
  }, `${finished} requests to be counted`);
}

function classes(statuses: readonly number[]) {
  const count = (first: number) => statuses.filter(status => Math.floor(status / 100) === first).length;
  return Object.fromEntries([2, 3, 4, 5].map(first => [`responses.${first}xx`, count(first)]));
}

const paths = ['/200', '/302', '/404', '/503', '/stream', '/slow/0.05'];
const commands: [string, Command, readonly string[]][] = [
  ['uvicorn', UVICORN, [...paths, '/raise']],
  ['gunicorn with uvicorn workers', UVICORN_WORKERS, [...paths, '/raise']],
  ['gunicorn with gevent_pywsgi workers', gunicorn('gevent_pywsgi', 'wsgi'), [...paths, '/raise']],
  ['gunicorn with tornado workers', gunicorn('tornado', 'wsgi'), paths], // tornado answers no exception
  ['gunicorn with sync workers', gunicorn('sync', 'wsgi'), [...paths, '/raise']],
];
if (RECENT)
  commands.push(['gunicorn with asgi workers', gunicorn('asgi', 'asgi', RECENT), [...paths, '/raise']]);

test.each(commands)('%s: the middleware counts what the client got', async (_, command, asked) => {
  const { stats, start } = await setUp(command);
  const server = await start();
  const statuses = await send(server, times(120, ...asked));
  const fields = await settled(stats, 120);
  expect(fields).toMatchObject({ started: 120, finished: 120, processing: 0, ...classes(statuses) });
  expect(fields).toMatchObject({ 'responses.other': 0, 'processing_time.count': 120 });
  expect(fields['processing_time.max']).toBeGreaterThanOrEqual(50);
  await server.stop();
  expect(server.output()).not.toContain('hook_stats: ');
});

test.each<[string, Command]>([
  ['uvicorn', UVICORN],
  ['gunicorn with uvicorn workers', UVICORN_WORKERS],
])('%s: a client that hangs up ends its request', async (_, command) => {
  const { stats, start } = await setUp(command);
  const server = await start();
  await Promise.all(times(10, '/endless').map(path => server.hangUp(path)));
  expect(await settled(stats, 10)).toMatchObject({ started: 10, processing: 0, 'responses.2xx': 10 });
});

test('uvicorn with two workers: totals over a killed worker, a stop and a start are what the client sent', async () => {
  const { dir, stats, start } = await setUp(UVICORN);
  const first = await start();
  const file = join(dir, 'pid');
  const waiting = first.get(`/wait/${file}`);
  const sending = send(first, times(400, '/200', '/slow/0.01', '/404'));
  const pid = Number(await waitFor(() => existsSync(file) && readFileSync(file, 'utf8'), 'the pid'));
  await settled(stats, 50);
  process.kill(pid, 'SIGKILL');
  expect(await waiting).toBeUndefined();
  const before = await sending;
  // The kill may cut an answer to each of six clients, which then ask again, or come between an answer and its count.
  const fields = await settled(stats, 394, ({ processing }) => processing === 0);
  expect(fields.finished).toBeLessThanOrEqual(406);
  await first.stop();

  const second = await start(first.port);
  const after = await send(second, times(100, '/200', '/raise'));
  const total = (fields.finished ?? 0) + 100;
  expect(await settled(stats, total)).toMatchObject({ finished: total });
  expect([before.length, after.length]).toEqual([400, 100]);
  await second.stop();
});

test('gunicorn with uvicorn workers: totals over reloads and killed workers are what the client sent', async () => {
  const { dir, stats, start } = await setUp(UVICORN_WORKERS);
  const server = await start();
  let sent: number[] = [];
  for (const round of [1, 2, 3]) {
    const before = server.workers();
    const file = join(dir, `pid-${round}`);
    const waiting = server.get(`/wait/${file}`);
    const pid = Number(await waitFor(() => existsSync(file) && readFileSync(file, 'utf8'), 'the pid'));
    sent = [...sent, ...(await send(server, times(100, '/200', '/slow/0.01', '/404', '/raise')))];
    await settled(stats, sent.length);
    process.kill(pid, 'SIGKILL');
    expect(await waiting).toBeUndefined();
    process.kill(server.pid, 'SIGHUP');
    await waitUntilGone(before);
  }
  sent = [...sent, ...(await send(server, times(100, '/stream')))];
  const fields = await settled(stats, 400);
  expect(fields).toMatchObject({ started: 403, finished: 400, processing: 0, ...classes(sent) });
});
