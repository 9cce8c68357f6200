import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCarbon } from '../../tools/players/carbon.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { bigConfig, smallConfig, startHaproxy, statsAuth } from '../../tools/players/haproxy.ts';
import { startProcess, waitFor } from '../../tools/players/process.ts';
import { startReceiver } from '../../tools/players/receiver.ts';
import { isConnectedTo } from './relay.ts';
import { startStatsd } from './statsd.ts';
import { tempDir } from './temp-dir.ts';

test('haproxy answers show info and show stat on one line', async () => {
  const haproxy = await startHaproxy({ dir: await tempDir() });
  onTestFinished(haproxy.stop);
  const { status, body } = await haproxy.get('/');
  expect([status, body]).toEqual([200, expect.stringMatching(/^hello from (one|two)\n$/)]);
  const answer = await ask(haproxy.socket, 'show info;show stat\n');
  expect(answer).toMatch(/^Name: HAProxy\n[^#]*[^\n]\n\n# pxname,svname,/);
  expect(answer.endsWith(',\n\n')).toBe(true);
  expect(rowsOf(answer)).toEqual([
    'web,FRONTEND',
    'app,one',
    'app,two',
    'app,BACKEND',
    'stats,FRONTEND',
    'stats,BACKEND',
    'raw,FRONTEND',
    'raw,one',
    'raw,BACKEND',
  ]);
  expect(await ask(haproxy.socket, 'show errors\n')).toBe('Permission denied\n\n');
  expect(haproxy.output()).not.toMatch(/WARNING|ALERT/);
});

test('the stats page asks for its user and password', async () => {
  const haproxy = await startHaproxy({ dir: await tempDir() });
  onTestFinished(haproxy.stop);
  const page = `${haproxy.statsUrl};csv`;
  expect((await fetch(page)).status).toBe(401);
  const authorization = `Basic ${Buffer.from(statsAuth).toString('base64')}`;
  expect(await (await fetch(page, { headers: { authorization } })).text()).toMatch(/^# pxname,svname,/);
});

test('a big configuration has as many servers as asked for', async () => {
  const config = (ports: Parameters<typeof smallConfig>[0]) => smallConfig(ports) + bigConfig(250);
  const haproxy = await startHaproxy({ dir: await tempDir(), config });
  onTestFinished(haproxy.stop);
  const rows = rowsOf(await ask(haproxy.socket, 'show info;show stat\n'));
  expect(rows.filter(row => /^be\d+,s\d+$/.test(row))).toHaveLength(250);
  expect(rows).toContain('be2,s49');
});

test('carbon stores what comes over TCP and over UDP', async () => {
  const carbon = await startCarbon({ dir: await tempDir() });
  onTestFinished(() => carbon.stop());
  const now = Math.floor(Date.now() / 1000);
  await ask(carbon.port, `test.tcp 1.5 ${now}\ntest.tagged;b=2;a=1.0 3 ${now}\n`);
  await sendDatagram(carbon.port, `test.udp -2 ${now}\n`);
  expect(await carbon.settled(3)).toEqual(['test.tagged;a=1.0;b=2', 'test.tcp', 'test.udp']);
  expect(await carbon.read('test.tcp')).toEqual(new Map([[now, 1.5]]));
  expect(await carbon.read('test.udp')).toEqual(new Map([[now, -2]]));
  expect(await carbon.read('test.tagged;b=2;a=1.0')).toEqual(new Map([[now, 3]]));
  expect(await carbon.read('test.none')).toEqual(new Map());
  await expect(carbon.settled(4, 100)).rejects.toThrow(
    'waited 0.1 s for 4 stored metrics, 3 are there: test.t',
  );
});

test('statsd keeps gauges that come over UDP and over TCP', async () => {
  const statsd = await startStatsd();
  onTestFinished(() => statsd.stop());
  await sendDatagram(statsd.port, 'test.a-b;c=d_e:0|g\ntest.a-b;c=d_e:-5|g');
  await waitFor(async () => (await statsd.gauges()).size === 1, 'the gauge sent over UDP');
  const socket = connect(statsd.port, '127.0.0.1').end('plain:1e21|g\nno value\n');
  onTestFinished(() => void socket.destroy());
  await waitFor(async () => (await statsd.gauges()).size === 2, 'the gauge sent over TCP');
  expect(await statsd.gauges()).toEqual(
    new Map([
      ['test.a-b;c=d_e', -5],
      ['plain', 1e21],
    ]),
  );
  expect((await statsd.counters()).get('statsd.bad_lines_seen')).toBe(1);
});

test('a recorded answer is served as haproxy would', async () => {
  const socket = join(await tempDir(), 's');
  const fake = await serveAnswers(socket, recorded('v1.5.0-nbproc4', 'p1'));
  onTestFinished(fake.stop);
  const answer = await ask(socket, 'show info;show stat\n');
  expect(answer.match(/\n\n/g)).toHaveLength(2);
  expect(answer).toMatch(/^Name: HAProxy\n[^#]*[^\n]\n\n# pxname,svname,.*\n(.+\n)+\n$/);
  expect(fake.commands).toEqual(['show info;show stat']);
});

test('a receiver keeps the lines of connections and of datagrams', async () => {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  await ask(receiver.port, 'a 1 1\nb 2 2\n');
  await sendDatagram(receiver.port, 'c 3 3\n');
  await waitFor(() => receiver.datagrams().length === 1, 'the datagram');
  expect(receiver.lines()).toEqual(['a 1 1', 'b 2 2', 'c 3 3']);
});

test('a connection is there as long as its own side has not closed it', async () => {
  const server = await serveAnswers({ port: 0 }, 'bye');
  onTestFinished(server.stop);
  expect(await isConnectedTo(server.port)).toBe(false);
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  expect(await isConnectedTo(server.port)).toBe(true);
  socket.write('hello\n');
  await once(socket, 'end');
  expect(await isConnectedTo(server.port)).toBe(true);
  socket.destroy();
  await waitFor(async () => !(await isConnectedTo(server.port)), 'the connection to be closed');
});

test('a program that is missing or ends too early is named', async () => {
  const ready = async () => false;
  await expect(startProcess('no-such-server', [], { ready })).rejects.toThrow(
    'no-such-server is not installed: run sudo test/install-servers.sh',
  );
  await expect(startProcess('sh', ['-c', 'echo oh no >&2; exit 3'], { ready })).rejects.toThrow(
    'sh ended with 3 before it was ready:\noh no\n',
  );
});

async function ask(where: number | string, text: string): Promise<string> {
  const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
  socket.end(text);
  return Buffer.concat(await socket.toArray()).toString();
}

function rowsOf(answer: string): string[] {
  const table = answer.slice(answer.indexOf('# pxname')).trimEnd().split('\n').slice(1);
  return table.map(row => row.split(',', 2).join(','));
}

async function sendDatagram(port: number, text: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.send(text, port, '127.0.0.1', () => socket.close());
  await once(socket, 'close');
}
