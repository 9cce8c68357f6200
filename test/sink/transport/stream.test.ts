import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { now } from '../../../src/clock.ts';
import { openConnection } from '../../../src/connect.ts';
import { Failure, reason } from '../../../src/errors.ts';
import type { SendLimits } from '../../../src/plan.ts';
import { isLocal } from '../../../src/sink/transport/local.ts';
import { type Stream, streamTransport } from '../../../src/sink/transport/stream.ts';
import type { Packet } from '../../../src/types.ts';
import { startHastyReceiver } from '../../helpers/hasty-receiver.ts';
import { packetOf, packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';

vi.mock('../../../src/clock.ts', { spy: true });
vi.mock('../../../src/sink/transport/local.ts', { spy: true });

const NEVER = new AbortController().signal;
const PACKETS = packetsOf(['a 1 1\n', 'b 2 1\n']);

/** A receiver that reads all and closes; `texts` has what came over each connection. */
async function receive(onConnection: (socket: Socket, server: Server) => void = () => undefined) {
  const texts: string[] = [];
  const server = createServer({ allowHalfOpen: true }, socket => {
    const connection = texts.push('') - 1;
    socket.on('error', () => undefined).on('data', bytes => (texts[connection] += String(bytes)));
    socket.on('end', () => socket.end());
    onTestFinished(() => void socket.destroy());
    onConnection(socket, server);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { texts, port: (server.address() as AddressInfo).port };
}

/** Sends over a stream that is TCP apart from what a test wants otherwise; gives the sockets of its connections. */
async function send(
  port: number,
  stream: Partial<Stream> = {},
  limits: Partial<SendLimits> = {},
  signal = NEVER,
  packets: Iterable<Packet> = PACKETS,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const open: Stream['open'] = async request => {
    const connection = await openConnection(request);
    sockets.push(connection.socket);
    return connection;
  };
  const backend = { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port } as const;
  const own = { open, explain: reason, isDirect: true, ...stream };
  await streamTransport(backend, sendLimits(limits), own).send(packets, signal);
  return sockets;
}

test('a transport has its address as its name, and room for the lines that carbon takes', () => {
  const stream = { open: openConnection, explain: reason, isDirect: true };
  const backend = { type: 'graphite', protocol: 'tls', host: '::1', port: 2003 } as const;
  const { where, limits } = streamTransport(backend, sendLimits({}), stream);
  expect({ where, limits }).toEqual({
    where: 'tls://[::1]:2003',
    limits: { line: 16_384, packet: 262_144 },
  });
});

test('a receiver that read all itself is asked nothing more', async () => {
  const { texts, port } = await receive();
  const sockets = await send(port);
  expect(texts).toEqual(['a 1 1\nb 2 1\n']);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('behind a program that passes bytes on, a second connection asks whether it is still there', async () => {
  const { texts, port } = await receive();
  const sockets = await send(port, { isDirect: false });
  expect(texts).toEqual(['a 1 1\nb 2 1\n', '']);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('where confirm is sent there is no second connection, and the first is left though the receiver keeps it', async () => {
  const { texts, port } = await receive(socket => void socket.removeAllListeners('end'));
  const sockets = await send(port, { isDirect: false }, { confirm: 'sent' });
  expect(texts).toHaveLength(1);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('a receiver that takes no second connection was being stopped', async () => {
  const { port } = await receive((_socket, server) => void server.close());
  await expect(send(port, { isDirect: false })).rejects.toThrow(
    `tcp://127.0.0.1:${port}: all was sent and the connection was closed, but a second one failed (connection refused: nothing listens there): the receiver was being stopped, and may not have read all`,
  );
});

test('a stream explains its errors itself, and they are Failures to deliver', async () => {
  const open = async (): Promise<never> => {
    throw new Error('no handshake');
  };
  const explain = (error: unknown): string => `in other words, ${reason(error)}`;
  const error = await send(1, { open, explain }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({
    code: 'deliver',
    message: 'tcp://127.0.0.1:1: in other words, no handshake',
  });
});

test('the end of the run ends the connection', async () => {
  const stop = new AbortController();
  const { port } = await receive(socket => {
    socket.pause();
    setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 50);
  });
  const flood = Array.from({ length: 200 }, () => packetOf('x'.repeat(262_144)));
  await expect(send(port, {}, {}, stop.signal, flood)).rejects.toMatchObject({
    message: `tcp://127.0.0.1:${port}: stopped by SIGTERM`,
  });
});

test('the end of the run ends the second connection, and does not say that the receiver was being stopped', async () => {
  const stop = new AbortController();
  let connections = 0;
  const { port } = await receive(socket => {
    if (++connections === 1) return;
    socket.removeAllListeners('end'); // it is never closed
    setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 50);
  });
  await expect(send(port, { isDirect: false }, {}, stop.signal)).rejects.toMatchObject({
    message: `tcp://127.0.0.1:${port}: stopped by SIGTERM`,
  });
});

test('a receiver elsewhere that closes in order what it has not read is told by the reset that follows, however little it was', async () => {
  vi.mocked(isLocal).mockReturnValue(false);
  onTestFinished(() => void vi.mocked(isLocal).mockRestore());
  const { port, stop } = await startHastyReceiver();
  onTestFinished(stop);
  await expect(send(port)).rejects.toThrow(
    `tcp://127.0.0.1:${port}: the connection was reset after it had been closed: the receiver did not read all`,
  );
  const { texts, port: careful } = await receive();
  await send(careful);
  expect(texts).toEqual(['a 1 1\nb 2 1\n', '']);
});

test.each([
  ['over TLS, where the other end may have closed first', { isDirect: false }, 0],
  ['a minute later, when Linux has forgotten it', {}, 60_000],
])('that a connection is gone says nothing %s', async (_when, stream, later) => {
  vi.mocked(isLocal).mockReturnValue(false);
  const { port, stop } = await startHastyReceiver();
  onTestFinished(() => {
    stop();
    vi.mocked(isLocal).mockRestore();
    vi.mocked(now).mockRestore();
  });
  const open: Stream['open'] = async request => {
    if (request.address !== undefined)
      vi.mocked(now).mockImplementation(() => process.uptime() * 1000 + later);
    return await openConnection(request);
  };
  await send(port, { open, ...stream });
});
