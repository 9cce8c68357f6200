import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import { join } from 'node:path';
import { type HttpServer, serveHttp } from './http-server.ts';
import { acceptsOn, freePort, startProcess } from './process.ts';

/** The loopback ports that the sections of a configuration may use; `servers` are two HTTP servers that answer 200. */
export type HaproxyPorts = {
  readonly http: number;
  readonly stats: number;
  readonly tcp: number;
  readonly servers: readonly [number, number];
};

/** Where to run and what to serve; `config` replaces `smallConfig`, `global` adds lines to the global section. */
type HaproxyOptions = {
  readonly dir: string;
  readonly name?: string;
  readonly config?: (ports: HaproxyPorts) => string;
  readonly global?: string;
};

/** A running HAProxy; `socket` is its stats socket, `statsUrl` comes without the credentials. */
export type Haproxy = {
  readonly socket: string;
  readonly ports: HaproxyPorts;
  readonly statsUrl: string;
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  output(): string;
  stop(): Promise<void>;
};

/** The user and password of the stats page of `smallConfig`; the password holds a colon. */
export const statsAuth = 'admin:se:cret';

const serversPerBackend = 100;

/** Starts the real haproxy as the current user with a stats socket DIR/NAME.sock of level user. */
export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const { dir, name = 'haproxy', config = smallConfig, global = '' } = options;
  const [first, second] = [await greetAs('one'), await greetAs('two')];
  const stopServers = () => Promise.all([first.stop(), second.stop()]);
  const [http, stats, tcp] = [await freePort(), await freePort(), await freePort()];
  const ports: HaproxyPorts = { http, stats, tcp, servers: [first.port, second.port] };
  const socket = join(dir, `${name}.sock`);
  const file = join(dir, `${name}.cfg`);
  await writeFile(file, commonConfig(socket, global) + config(ports));
  try {
    const started = await startProcess('haproxy', ['-db', '-f', file], { ready: () => acceptsOn(socket) });
    return {
      socket,
      ports,
      statsUrl: `http://127.0.0.1:${stats}/haproxy?stats`,
      get: path => get(http, path),
      output: started.output,
      stop: async () => {
        await started.stop();
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

function commonConfig(socket: string, global: string): string {
  return `global
  maxconn 200
  stats socket ${socket} mode 600 level user
  ${global}
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
`;
}

/** Frontend `web` before backend `app` (servers `one` and `two`), the stats page `stats` and the tcp section `raw`. */
export function smallConfig({ http, stats, tcp, servers: [one, two] }: HaproxyPorts): string {
  return `frontend web
  bind 127.0.0.1:${http}
  default_backend app
backend app
  balance roundrobin
  server one 127.0.0.1:${one} check inter 1s
  server two 127.0.0.1:${two} check inter 1s
listen stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /haproxy?stats
  stats auth ${statsAuth}
listen raw
  mode tcp
  bind 127.0.0.1:${tcp}
  server one 127.0.0.1:${one}
`;
}

/** Sections for this many servers that nothing ever connects to, in backends `be0`, `be1`, ... of 100 each. */
export function bigConfig(servers: number): string {
  const lines: string[] = [];
  for (let n = 0; n < servers; n++) {
    if (n % serversPerBackend === 0) lines.push(`backend be${n / serversPerBackend}`);
    lines.push(`  server s${n % serversPerBackend} 127.0.0.1:1`);
  }
  return `${lines.join('\n')}\n`;
}

function greetAs(name: string): Promise<HttpServer> {
  return serveHttp((_request, response) => response.end(`hello from ${name}\n`));
}

async function get(port: number, path: string): Promise<{ status: number; body: string }> {
  const request = httpGet({ host: '127.0.0.1', port, path, agent: false });
  const [response] = await once(request, 'response');
  const body = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode, body };
}
