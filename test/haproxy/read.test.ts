import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { findEndpoints } from '../../src/haproxy/find.ts';
import { readSnapshot } from '../../src/haproxy/read.ts';
import { startRound } from '../../src/haproxy/round.ts';
import type { ReadLimits } from '../../src/plan.ts';
import type { Endpoint, Snapshot } from '../../src/types.ts';
import { type Answer, recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { serveHttp } from '../../tools/players/http-server.ts';
import { freePort } from '../../tools/players/process.ts';
import { startFullListener } from '../helpers/full-listener.ts';
import { startDatagramSocket, startFullSocket } from '../helpers/odd-socket.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS: ReadLimits = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(where: string | { port: number }, answer: Answer): Promise<number> {
  const server = await serveAnswers(where, answer);
  stops.push(server.stop);
  return server.port;
}

async function servePage(listener: RequestListener): Promise<string> {
  const { port, stop } = await serveHttp(listener);
  stops.push(stop);
  return `127.0.0.1:${port}`;
}

async function endpoint(text: string): Promise<Endpoint> {
  const { list } = await findEndpoints(
    parseEndpoint(text),
    LIMITS.total,
    startRound(new AbortController().signal),
  );
  return list[0] as Endpoint;
}

async function read(text: string, limits: Partial<ReadLimits> = {}): Promise<Snapshot> {
  return await readSnapshot(
    await endpoint(text),
    { ...LIMITS, ...limits },
    startRound(new AbortController().signal),
  );
}

function countRows(snapshot: Snapshot): number {
  return snapshot.stat.length;
}

describe('a stats socket', () => {
  it('is asked both commands in one line over one connection', async () => {
    const path = join(await tempDir(), 's.sock');
    const server = await serveAnswers(path, recorded('2.6-p1'));
    stops.push(server.stop);
    expect(countRows(await read(path))).toBe(56);
    expect(server.commands).toEqual(['show info;show stat']);
  });

  it('answers over TCP, IPv4 or IPv6, as well', async () => {
    const port = await serve({ port: 0 }, recorded('3.0.0'));
    const snapshot = await read(`tcp://127.0.0.1:${port}`);
    expect(snapshot.endpoint).toMatchObject({ label: `tcp://127.0.0.1:${port}`, name: `127.0.0.1_${port}` });
    expect(countRows(snapshot)).toBe(56);
  });

  it('is read whole when the answer comes in small pieces', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, (_command, socket) => {
      const bytes = Buffer.from(recorded('2.6-odd-names'));
      let at = 0;
      const timer = setInterval(() => {
        socket.write(bytes.subarray(at, at + 500));
        at += 500;
        if (at >= bytes.length) {
          clearInterval(timer);
          socket.end();
        }
      }, 1);
    });
    expect(countRows(await read(path))).toBe(27);
  });

  it('is tried again when it comes back during a reload', async () => {
    const path = join(await tempDir(), 's.sock');
    setTimeout(() => serve(path, recorded('2.6-p1')), 100);
    expect(countRows(await read(path, { retries: 1, interval: 400 }))).toBe(56);
  });

  it('is tried again when a leaving process cuts its answer', async () => {
    const path = join(await tempDir(), 's.sock');
    let asked = 0;
    await serve(path, (_command, socket) => {
      socket.end(recorded('2.6-p1').slice(0, asked++ === 0 ? 3000 : undefined));
    });
    expect(countRows(await read(path, { retries: 1 }))).toBe(56);
    expect(asked).toBe(2);
  });
});

describe('a peer that keeps the connection', () => {
  async function keep(...parts: readonly string[]): Promise<string> {
    const path = join(await tempDir(), 's.sock');
    await serve(path, (_command, socket) => {
      parts.forEach((part, index) => void setTimeout(() => socket.write(part), index * 60));
    });
    return path;
  }

  it('is read as soon as both answers are whole', async () => {
    const path = await keep(recorded('2.6-p1'));
    const began = performance.now();
    expect(countRows(await read(path))).toBe(56);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('is read to the end where empty lines stand in quotes or between the answers', async () => {
    const header = '# pxname,svname,last_chk,\n';
    const path = await keep(
      'Name: HAProxy\ndescription: "a\n\n',
      'b"\n\n',
      `${header}web,s1,"x\n\n`,
      'y",\n',
      'web,s2,,\n\n',
    );
    expect(countRows(await read(path))).toBe(2);
  });

  it.each([
    ['sshd', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'answered "SSH-2.0-OpenSSH_9.2p1" to show info'],
    [
      'redis',
      "-ERR unknown command 'show', with args beginning with: 'info;show' 'stat'\r\n",
      "answered \"-ERR unknown command 'show', with args beginning with: 'info;show' 'stat'\" to show info",
    ],
    ['memcached', 'ERROR\r\n', 'answered "ERROR" to show info'],
    [
      'a greeting without a line break',
      '\n\u0000\u0000\u0000mysql',
      'answered "\\u0000\\u0000\\u0000mysql" to show info',
    ],
    [
      'an HAProxy that refuses the second command',
      'Name: HAProxy\n\nPermission denied\n\n',
      'answered "Permission denied" to show stat',
    ],
    [
      'one that speaks TLS',
      '\u0015\u0003\u0001\u0000\u0002\u0002F',
      'answered "\\u0015\\u0003\\u0001\\u0000\\u0002\\u0002F" to show info: it speaks TLS; for a stats page say https://',
    ],
  ])('and is %s is told at once, with its first words, and not asked again', async (_who, words, message) => {
    const path = join(await tempDir(), 's.sock');
    const { commands, stop: end } = await serveAnswers(path, (_command, socket) => void socket.write(words));
    stops.push(end);
    const began = performance.now();
    await expect(read(path, { retries: 3, interval: 300 })).rejects.toThrow(`unix:${path}: ${message}`);
    expect(performance.now() - began).toBeLessThan(300);
    expect(commands).toHaveLength(1);
  });

  it('and says words without end is left after 64 KiB', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, (_command, socket) => {
      const talk = setInterval(() => void socket.write('Name: x\n'.repeat(1000)), 1);
      socket.on('close', () => clearInterval(talk));
    });
    await expect(read(path)).rejects.toThrow(
      `unix:${path}: the answer to show info is longer than 65536 bytes: this is not HAProxy`,
    );
  });
});

it('damaged rows are asked for again, within the retries', async () => {
  const path = join(await tempDir(), 's.sock');
  let asked = 0;
  const damaged = 'Name: HAProxy\n\n# pxname,svname,scur,type,\nweb,,7,0,\n\n';
  await serve(path, (_command, socket) => void socket.end(asked++ === 0 ? damaged : recorded('2.6-p1')));
  expect(countRows(await read(path, { retries: 1 }))).toBe(56);
  asked = 0;
  await expect(read(path)).rejects.toThrow(
    `unix:${path}: the answer to show stat is damaged: row 1 has no service (svname)`,
  );
});

describe('an endpoint that cannot be read says where and why', () => {
  it('when its backlog is full, after trying again', async () => {
    const path = join(await tempDir(), 's.sock');
    stops.push(await startFullSocket(path));
    await expect(read(path, { retries: 1 })).rejects.toThrow(
      `unix:${path}: HAProxy does not accept: too many connections wait (does it hang, or do others hold all of "stats maxconn"?)`,
    );
  });

  it('when it is a datagram socket, as of syslog in a chroot', async () => {
    const path = join(await tempDir(), 'log');
    stops.push(await startDatagramSocket(path));
    await expect(read(path)).rejects.toThrow(
      `unix:${path}: this is a datagram socket (syslog's?), not a stream: is this the path of its "stats socket"?`,
    );
  });

  it('when there is no such socket', async () => {
    await expect(read('/nowhere/s.sock')).rejects.toThrow(
      'unix:/nowhere/s.sock: no such socket: is HAProxy running, and is this the path of its "stats socket"?',
    );
  });

  it('when nobody listens on the socket any more', async () => {
    const path = join(await tempDir(), 's.sock');
    const listen = `require('net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', listen]).signal).toBe('SIGKILL');
    await expect(read(path)).rejects.toThrow(
      `unix:${path}: nothing listens on this socket: is HAProxy running?`,
    );
  });

  it('when the path is that of a file', async () => {
    const path = join(await tempDir(), 'file');
    await writeFile(path, '');
    await expect(read(path)).rejects.toThrow(
      `unix:${path}: this is no socket: is this the path of its "stats socket"?`,
    );
  });

  it('when the path is an address, or several paths', async () => {
    await expect(read('127.0.0.1:9999')).rejects.toThrow(
      'unix:127.0.0.1:9999: no such socket: for a TCP port say tcp://127.0.0.1:9999',
    );
    await expect(read('/none/a,/none/b')).rejects.toThrow(
      'unix:/none/a,/none/b: no such socket: several endpoints are separated by blanks',
    );
  });

  it('when the path is longer than a socket can have', async () => {
    const path = `/tmp/${'x'.repeat(110)}`;
    await expect(read(path)).rejects.toThrow(
      `unix:${path}: the path is longer than 107 bytes, a socket's limit`,
    );
  });

  it('when the port is closed', async () => {
    const port = await freePort();
    await expect(read(`tcp://127.0.0.1:${port}`)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: connection refused: nothing listens there`,
    );
  });

  it('when it accepts and never answers', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, () => undefined);
    await expect(read(path, { total: 200 })).rejects.toThrow(
      `unix:${path}: no answer within 0.2 s (pull-timeout)`,
    );
  });

  it('when it stops in the middle of its answer', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, (_command, socket) => void socket.write(recorded('2.6-p1').slice(0, 2000)));
    await expect(read(path, { total: 200 })).rejects.toThrow(
      `unix:${path}: only 2000 bytes of the answer within 0.2 s (pull-timeout)`,
    );
  });

  it('when the answer was cut', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, recorded('2.6-p1').slice(0, 9000));
    await expect(read(path)).rejects.toThrow(`unix:${path}: the answer to show stat was cut short after`);
  });

  it('when it refuses the command', async () => {
    const path = join(await tempDir(), 's.sock');
    await serve(path, 'Permission denied\n\nPermission denied\n\n');
    await expect(read(path)).rejects.toThrow(`unix:${path}: answered "Permission denied" to show info`);
  });

  it('when a host does not take the connection in time', async () => {
    const { port, stop } = await startFullListener();
    await expect(read(`tcp://127.0.0.1:${port}`, { connectTimeout: 100 })).rejects.toThrow(
      `tcp://127.0.0.1:${port}: no connection within 0.1 s (timeout)`,
    );
    stop();
  });
});

describe('a stats page', () => {
  it('is asked for CSV with basic auth, and credentials stay out of its label', async () => {
    const seen: (string | undefined)[] = [];
    const host = await servePage((request, response) => {
      seen.push(request.url, request.headers.authorization);
      response.setHeader('content-type', 'text/plain');
      response.end(recorded('2.6-p1').split('\n\n')[1]?.concat('\n'));
    });
    const snapshot = await read(`http://admin:se%3Acret@${host}/haproxy?stats`);
    expect(countRows(snapshot)).toBe(56);
    expect(seen).toEqual(['/haproxy?stats;csv', `Basic ${Buffer.from('admin:se:cret').toString('base64')}`]);
    expect(snapshot.endpoint.label).toBe(`http://${host}/haproxy?stats;csv`);
  });

  it.each<[string, RequestListener, string]>([
    [
      'asks for a password',
      (_request, response) => response.writeHead(401).end(),
      'answered 401: give user and password, http://user:password@host:port/path',
    ],
    [
      'is somewhere else',
      (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      'answered 302 Found to /elsewhere: is this the path of the stats page ("stats uri")?',
    ],
    [
      'is HTML',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'answered a page of HTML, not CSV: is this the stats page?',
    ],
    [
      'is cut',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '9999', 'content-type': 'text/plain' });
        response.write('# pxname,svname,\n', () => response.destroy());
      },
      'the connection was closed in the middle of the answer',
    ],
    ['never answers', () => undefined, 'no answer within 0.3 s (pull-timeout)'],
    ['hangs up', request => request.destroy(), 'the connection was closed without an answer'],
  ])('that %s is a failure', async (_what, listener, message) => {
    const host = await servePage(listener);
    await expect(read(`http://${host}/stats`, { total: 300 })).rejects.toThrow(
      `http://${host}/stats;csv: ${message}`,
    );
  });
});
