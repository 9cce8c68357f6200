import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { acceptsOn, freePort, startProcess } from '../../tools/players/process.ts';
import type { Gunicorn } from './gunicorn.ts';
import { children, request } from './gunicorn.ts';
import { contrib } from './hook-stats.ts';

/** The command of a server, up to where it listens; `application:wsgi` and `application:asgi` are there to be served. */
type ServerOptions = {
  readonly dir: string;
  readonly stats: string;
  readonly command: readonly [string, ...string[]];
  readonly port?: number;
};

/** A server of an application with a middleware; `hangUp` leaves after the first piece of a response. */
export type MiddlewareServer = Gunicorn & { hangUp(path: string): Promise<void> };

/** Paths are what the application does: /STATUS, /raise, /slow/SECONDS, /stream, /endless, /wait/FILE (tells its pid, never ends). */
const APPLICATION = `
import asyncio, os, sys, time
sys.dont_write_bytecode = True
from hook_stats import ASGIMiddleware, HookStats, WSGIMiddleware

def tell_pid(path):
    with open(path + '.tmp', 'w') as file:
        file.write(str(os.getpid()))
    os.rename(path + '.tmp', path)

def wsgi(environ, start_response):
    _, act, *rest = environ['PATH_INFO'].split('/', 2)
    if act == 'raise':
        raise RuntimeError('as asked')
    if act == 'slow':
        time.sleep(float(rest[0]))
    if act == 'stream':
        start_response('200 OK', [])
        return (b'piece' for _ in range(20))
    start_response((act if act.isdigit() else '200') + ' As asked', [('Content-Length', '2')])
    return [b'ok']

async def asgi(scope, receive, send):
    if scope['type'] == 'lifespan':
        while True:
            message = await receive()
            await send({'type': message['type'] + '.complete'})
            if message['type'] == 'lifespan.shutdown':
                return
    _, act, *rest = scope['path'].split('/', 2)
    if act == 'raise':
        raise RuntimeError('as asked')
    if act == 'slow':
        await asyncio.sleep(float(rest[0]))
    if act == 'wait':
        tell_pid(rest[0])
        await asyncio.sleep(60)
    pieces = {'stream': 20, 'endless': 1000000}.get(act, 0)
    await send({'type': 'http.response.start', 'status': int(act) if act.isdigit() else 200, 'headers': []})
    hung_up = asyncio.ensure_future(receive_disconnect(receive))
    for _ in range(pieces):
        await send({'type': 'http.response.body', 'body': b'piece', 'more_body': True})
        await asyncio.sleep(0)
        if hung_up.done():
            return
    hung_up.cancel()
    await send({'type': 'http.response.body', 'body': b'ok'})

async def receive_disconnect(receive):
    while (await receive())['type'] != 'http.disconnect':
        pass

stats = HookStats('my_app', os.environ['STATS'])
wsgi = WSGIMiddleware(wsgi, stats)
asgi = ASGIMiddleware(asgi, stats)
`;

/** Starts a server that listens on a port of its own; it ends with the test that calls `stop`. */
export async function startMiddlewareServer(options: ServerOptions): Promise<MiddlewareServer> {
  const { dir, stats, port = await freePort() } = options;
  writeFileSync(join(dir, 'application.py'), APPLICATION);
  writeFileSync(join(dir, 'hook_stats.py'), readFileSync(join(contrib, 'hook_stats.py')));
  const [program, ...args] = options.command;
  const listen = args.includes('uvicorn') ? ['--port', String(port)] : ['--bind', `127.0.0.1:${port}`];
  const env = { STATS: stats, PYTHONPATH: dir };
  const started = await startProcess(program, [...args, ...listen], {
    ready: () => acceptsOn(port),
    cwd: dir,
    env,
  });
  return {
    ...started,
    port,
    get: path => request(port, path),
    hangUp: path => hangUp(port, path),
    workers: () => children(started.pid),
  };
}

function hangUp(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = get({ host: '127.0.0.1', port, path, agent: false }, response => {
      response.once('data', () => response.destroy());
      response.once('close', resolve);
      response.once('error', () => {}); // of having left
    });
    sent.once('error', reject);
  });
}
