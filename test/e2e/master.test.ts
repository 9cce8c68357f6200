import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { serveHttp } from '../../tools/players/http-server.ts';
import { freePort, startProcess } from '../../tools/players/process.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

interface Master {
  readonly socket: string;
  readonly port: number;
  reload(): void;
}

const SERVERS = 200;

/** A real HAProxy with a master, whose socket is the only one. */
async function startMaster(): Promise<Master> {
  const dir = await tempDir();
  const [socket, file, port] = [join(dir, 'master.sock'), join(dir, 'haproxy.cfg'), await freePort()];
  const server = await serveHttp((_, response) => response.end('hello\n'));
  onTestFinished(server.stop);
  const servers = Array.from({ length: SERVERS }, (_, n) => `  server s${n} 127.0.0.1:${server.port}\n`);
  await writeFile(
    file,
    `defaults
  mode http
  timeout connect 1s
  timeout client 20s
  timeout server 20s
frontend web
  bind 127.0.0.1:${port}
  default_backend app
backend app
${servers.join('')}`,
  );
  const haproxy = await startProcess('haproxy', ['-W', '-S', socket, '-f', file], {
    ready: async () => (await read(socket)).code === 0,
  });
  onTestFinished(() => haproxy.stop());
  return { socket, port, reload: () => void process.kill(haproxy.pid, 'SIGUSR2') };
}

async function read(socket: string) {
  const metrics = ['Pid', 'scur', 'old_workers.count', 'old_workers.CurrConns'];
  const args = ['--sockets', socket, '--backend', 'x::lb', '--type', 'G', '--hostname', 'h', '--dry-run'];
  return await runBin([...args, '--metrics', ...metrics]);
}

function numberOf(stdout: string, field: RegExp): number | undefined {
  const line = stdout.split('\n').find(one => field.test(one.split(' ')[0] ?? ''));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}

/** A client that has begun a request and takes its time. */
async function dawdle(port: number): Promise<Socket> {
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'connect');
  client.write('GET / HTTP/1.1\r\n');
  await sleep(100);
  return client;
}

async function readUntil(socket: string, oldWorkers: number) {
  for (let tries = 0; ; tries++) {
    const { stdout, code } = await read(socket);
    if (numberOf(stdout, /old_workers.count$/) === oldWorkers || tries === 30) return { stdout, code };
    await sleep(100);
  }
}

test('a reload under a long connection leaves one old worker, until the connection ends', async () => {
  const { socket, port, reload } = await startMaster();
  const client = await dawdle(port);
  const before = await read(socket);
  expect(numberOf(before.stdout, /old_workers.count$/)).toBe(0);
  reload();
  const { stdout, code } = await readUntil(socket, 1);
  expect(code).toBe(0);
  expect(numberOf(stdout, /old_workers.count$/)).toBe(1);
  expect(numberOf(stdout, /old_workers.CurrConns$/)).toBe(1);
  expect(numberOf(stdout, /\.Pid$/)).not.toBe(numberOf(before.stdout, /\.Pid$/));
  client.destroy();
  expect(numberOf((await readUntil(socket, 0)).stdout, /old_workers.count$/)).toBe(0);
});

test('25 reloads under load: every answer is whole', async () => {
  const { socket, port, reload } = await startMaster();
  let [isOver, served] = [false, 0];
  const load = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const client = connect(port, '127.0.0.1');
      client.on('error', () => undefined);
      client.end('GET / HTTP/1.0\r\n\r\n');
      client.resume();
      await once(client, 'close').catch(() => undefined);
      served++;
    }
  });
  const outcomes: string[] = [];
  for (let reloads = 0; reloads < 25; reloads++) {
    reload();
    await sleep(Math.random() * 150);
    const { code, stdout, stderr } = await read(socket);
    const rows = stdout.split('\n').filter(line => /\.app\.s\d+\.scur /.test(line)).length;
    outcomes.push(`${code} ${rows} ${stderr}`);
  }
  isOver = true;
  await Promise.all(load);
  expect(outcomes).toEqual(Array.from({ length: 25 }, () => `0 ${SERVERS} `));
  expect(served).toBeGreaterThan(100);
}, 120_000);
