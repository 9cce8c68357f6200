import { readFileSync, writeFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { acceptsOn, freePort, startProcess, waitFor } from '../../tools/players/process.ts';
import { contrib } from './hook-stats.ts';

/** A way to run gunicorn: `config` adds lines to its configuration, `port` is that of an earlier one. */
type GunicornOptions = {
  readonly dir: string;
  readonly stats: string;
  readonly config: string;
  readonly port?: number;
};

/** A running gunicorn master; `get` gives a response's status, undefined when the connection ended without one. */
export type Gunicorn = {
  readonly pid: number;
  readonly port: number;
  get(path: string): Promise<number | undefined>;
  workers(): readonly number[];
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Paths are what the application does: /STATUS, /raise, /raise-late, /slow/SECONDS, /wait/FILE (tells its pid, never ends). */
const APPLICATION = `
import os, time

def app(environ, start_response):
    _, act, *rest = environ['PATH_INFO'].split('/', 2)
    if act == 'raise':
        raise RuntimeError('as asked')
    if act == 'raise-late':
        start_response('200 OK', [])
        raise RuntimeError('as asked, before the headers are sent')
    if act == 'slow':
        time.sleep(float(rest[0]))
        act = '200'
    if act == 'wait':
        with open(rest[0] + '.tmp', 'w') as file:
            file.write(str(os.getpid()))
        os.rename(rest[0] + '.tmp', rest[0])
        time.sleep(60)
    body = b'' if act == '204' else b'ok'
    start_response(act + ' As asked', [('Content-Length', str(len(body)))] if body else [])
    return [body]
`;

/** Starts Debian's gunicorn with the example configuration, the application's name and the directory apart. */
export async function startGunicorn(options: GunicornOptions): Promise<Gunicorn> {
  const { dir, stats, config, port = await freePort() } = options;
  const example = readFileSync(join(contrib, 'gunicorn.conf.py'), 'utf8');
  writeFileSync(join(dir, 'application.py'), APPLICATION);
  writeFileSync(join(dir, 'gunicorn.conf.py'), `${example.replace('/run/hook-stats', stats)}${config}\n`);
  writeFileSync(join(dir, 'hook_stats.py'), readFileSync(join(contrib, 'hook_stats.py')));
  const args = ['--config', 'gunicorn.conf.py', '--bind', `127.0.0.1:${port}`, 'application:app'];
  const started = await startProcess('/usr/bin/gunicorn', args, { ready: () => acceptsOn(port), cwd: dir });
  return { ...started, port, get: path => request(port, path), workers: () => children(started.pid) };
}

/** Its workers and no others; they end by themselves when the master was killed. */
export async function waitUntilGone(pids: readonly number[]): Promise<void> {
  await waitFor(() => pids.every(pid => stat(pid) === undefined), 'the workers to end');
}

/** The status of a response; undefined when the connection ended without one. */
export function request(port: number, path: string): Promise<number | undefined> {
  return new Promise(resolve => {
    const sent = send({ host: '127.0.0.1', port, path, agent: false }, response => {
      response.resume().once('close', () => resolve(response.statusCode));
    });
    sent.once('error', () => resolve(undefined)).end();
  });
}

/** The processes that a process has started. */
export function children(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

function stat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
}
