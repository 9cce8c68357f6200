import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openRelay } from '../../../src/hook/source/relay.ts';

async function relayTo(serve: (socket: Socket) => void, most = 100) {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const relay = await openRelay(
    { label: 'redis://r', host: '127.0.0.1', port },
    { timeout: 1000, most, signal: new AbortController().signal },
  );
  onTestFinished(() => {
    relay.close();
    server.close();
  });
  return { relay, client: connect(relay.port, '127.0.0.1').on('error', () => undefined) };
}

test('what client and server say reaches the other', async () => {
  const { client } = await relayTo(socket => socket.on('data', data => socket.write(`<${data}>`)));
  client.write('ping');
  expect(String((await once(client, 'data'))[0])).toBe('<ping>');
});

test('a server that says too much is cut off', async () => {
  const { relay } = await relayTo(socket => socket.write('x'.repeat(101)));
  await expect(relay.broken).rejects.toThrow('redis://r: sends more than 100 bytes, the limit');
});

test('a server that hangs up, and a client that does, break it', async () => {
  const { relay } = await relayTo(socket => socket.end());
  await expect(relay.broken).rejects.toThrow('redis://r: the connection was closed without an answer');
  const other = await relayTo(() => undefined);
  other.client.on('connect', () => other.client.destroy());
  await expect(other.relay.broken).rejects.toThrow(
    'redis://r: answers what does not belong to the protocol: is this the right port?',
  );
});

test('a server that is not there is a failure to read', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const limits = { timeout: 1000, most: 100, signal: new AbortController().signal };
  await expect(openRelay({ label: 'redis://r', host: '127.0.0.1', port }, limits)).rejects.toThrow(
    'redis://r: connection refused: nothing listens there',
  );
});
