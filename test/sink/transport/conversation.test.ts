import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, openConnection } from '../../../src/connect.ts';
import type { SendLimits } from '../../../src/plan.ts';
import { converse } from '../../../src/sink/transport/conversation.ts';
import { countUndelivered, readEnds } from '../../../src/sink/transport/socket-table.ts';
import { waitFor } from '../../../tools/players/process.ts';
import { startDeafListener } from '../../helpers/deaf-listener.ts';
import { packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';

const PACKETS = packetsOf(['a 1 1\n', 'b 2 1\n']);

/** A connection to a peer that does this with its end, which it leaves open. */
async function open(peer: (socket: Socket) => void): Promise<Connection> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    peer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return await connectTo((server.address() as AddressInfo).port);
}

async function connectTo(port: number): Promise<Connection> {
  const { signal } = new AbortController();
  const request = { host: '127.0.0.1', port, timeout: 1000, option: 'connect-timeout', signal };
  const connection = await openConnection(request);
  onTestFinished(() => void connection.socket.destroy());
  return connection;
}

function limits(own: Partial<SendLimits> = {}): SendLimits {
  return sendLimits({ writeTimeout: 200, confirmTimeout: 200, ...own });
}

/** Looks for what a receiver has yet to read. */
function look({ socket }: Pick<Connection, 'socket'>): () => number | undefined {
  const ends = readEnds(socket);
  if (ends === undefined) throw new Error('no ends');
  return () => countUndelivered(ends);
}

function readToEnd(socket: Socket): void {
  socket.resume().on('end', () => socket.end());
}

test('a receiver on this host that read every byte is known to have, if its end is looked for', async () => {
  let got = '';
  const connection = await open(socket => readToEnd(socket.on('data', bytes => (got += bytes))));
  expect(await converse(connection, PACKETS, limits(), look(connection))).toBe(true);
  expect(got).toBe('a 1 1\nb 2 1\n');
});

test('without a look, or where that sees nothing, nothing is known', async () => {
  expect(await converse(await open(readToEnd), PACKETS, limits())).toBe(false);
  expect(await converse(await open(readToEnd), PACKETS, limits(), () => undefined)).toBe(false);
});

test('a look that misses the row of a receiver, as one may while the table is read, is made again', async () => {
  const looks = (...found: readonly (number | undefined)[]) => {
    const rest = [...found];
    return () => rest.shift();
  };
  expect(await converse(await open(readToEnd), PACKETS, limits(), looks(undefined, 0))).toBe(true);
  const slow = looks(12, undefined, undefined, undefined, 12, 0);
  expect(await converse(await open(readToEnd), PACKETS, limits({ confirmTimeout: 2000 }), slow)).toBe(true);
  await expect(converse(await open(readToEnd), PACKETS, limits(), looks(12))).rejects.toThrow(
    'the receiver did not read the last 12 bytes within 0.2 s (confirm-timeout): it hangs or is too slow',
  );
});

test('a peer that never closes is told by whether it is known to have read all', async () => {
  const read = await open(socket => socket.resume());
  await expect(converse(read, PACKETS, limits(), look(read))).rejects.toThrow(
    'the receiver read all, but did not close the connection within 0.2 s (confirm-timeout); if it never closes: --confirm sent',
  );
  const unknown = await open(socket => socket.resume());
  await expect(converse(unknown, PACKETS, limits())).rejects.toThrow(
    'all was sent, but the receiver did not close the connection within 0.2 s (confirm-timeout): it hangs or is too slow; only if it reads all and never closes: --confirm sent',
  );
});

test('a receiver that is stopped while bytes have yet to reach its kernel has not read all', async () => {
  const { port, stop } = await startDeafListener();
  const { socket, roundTrip } = await connectTo(port);
  setTimeout(stop, 100);
  const long = packetsOf([`${'a'.repeat(100)} 1 1\n`]);
  await expect(converse({ socket, roundTrip }, long, limits(), look({ socket }))).rejects.toThrow(
    'the connection was closed before all was sent',
  );
});

test('where confirm is sent nobody waits for the close, but the own direction is closed', async () => {
  let isEnded = false;
  const connection = await open(socket => {
    socket.resume().on('end', () => {
      isEnded = true;
    });
  });
  expect(await converse(connection, PACKETS, limits({ confirm: 'sent' }))).toBe(false);
  await waitFor(() => isEnded, 'the end');
  expect(connection.socket.destroyed).toBe(false);
});

test('a peer that had closed before anything was sent is no receiver', async () => {
  const connection = await open(socket => socket.end());
  connection.socket.resume();
  await once(connection.socket, 'end');
  await expect(converse(connection, PACKETS, limits())).rejects.toThrow(
    'the connection was closed before all was sent',
  );
});

test('a close within two round trips is that of a proxy without a server, and a later one the receiver’s', async () => {
  const hangUp = (delay: number) => (socket: Socket) => {
    socket.resume();
    setTimeout(() => socket.end(), delay);
  };
  const proxy = { ...(await open(hangUp(60))), roundTrip: 50 };
  await expect(converse(proxy, PACKETS, limits())).rejects.toThrow(
    'the connection was closed before all was sent',
  );
  expect(await converse({ ...(await open(hangUp(60))), roundTrip: 1 }, PACKETS, limits())).toBe(false);
});

test('an answer is quoted by its first line, also one that comes before all is sent', async () => {
  const connection = await open(socket => socket.resume().write('220 mail\u0007 ESMTP\r\nmore\r\n'));
  await sleep(50);
  await expect(converse(connection, PACKETS, limits())).rejects.toThrow(
    'what listens there answered "220 mail ESMTP", which no receiver of metrics does: is the port right?',
  );
});
