import { once } from 'node:events';
import { readSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  countUndelivered,
  countUnread,
  type Ends,
  readEnds,
  wasReset,
} from '../../../src/sink/transport/socket-table.ts';
import { waitFor } from '../../../tools/players/process.ts';
import { startDeafListener } from '../../helpers/deaf-listener.ts';
import { startHastyReceiver } from '../../helpers/hasty-receiver.ts';

vi.mock('node:fs', { spy: true });

/** A connection whose receiver reads nothing by itself. */
async function open(
  listenOn: string,
  connectTo: string,
): Promise<{ sender: Socket; receiver: Socket; ends: Ends }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  server.listen(0, listenOn);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const sender = connect({
    port: (server.address() as AddressInfo).port,
    host: connectTo,
    allowHalfOpen: true,
  });
  await once(sender, 'connect');
  const [receiver] = (await accepted) as [Socket];
  onTestFinished(() => {
    for (const socket of [sender, receiver]) socket.destroy();
    server.close();
  });
  for (const socket of [sender, receiver]) socket.on('error', () => undefined);
  return { sender, receiver, ends: readEnds(sender) as Ends };
}

/** A connection to a receiver that is a process of its own. */
async function openTo(port: number): Promise<{ sender: Socket; ends: Ends }> {
  const sender = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void sender.destroy());
  await once(sender, 'connect');
  return { sender, ends: readEnds(sender) as Ends };
}

async function write(socket: Socket, bytes: number): Promise<void> {
  await new Promise(resolve => socket.write(Buffer.alloc(bytes), resolve));
}

describe('the bytes that a receiver on this host has not read', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '::1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::', '::ffff:127.0.0.1'],
  ])('are counted where it listens on %s and is reached at %s', async (listenOn, connectTo) => {
    const { sender, receiver, ends } = await open(listenOn, connectTo);
    expect(countUndelivered(ends)).toBe(0);
    await write(sender, 300);
    expect(countUndelivered(ends)).toBe(300);
    expect(countUnread(ends)).toBe(300);
    receiver.resume();
    await waitFor(() => countUndelivered(ends) === 0, 'all to be read');
  });

  it('include those that have yet to reach its kernel', async () => {
    const { port, stop } = await startDeafListener();
    onTestFinished(stop);
    const { sender, ends } = await openTo(port);
    expect(countUndelivered(ends)).toBe(0);
    await write(sender, 300);
    expect(countUndelivered(ends)).toBe(300);
    expect(countUnread(ends)).toBe(0);
  });

  it('are those of a later moment than that at which this end had nothing left', () => {
    const own = ' 0100007F:9C40 0100007F:07D3 01 00000000:00000000 00:00000000\n';
    const peer = (unread: string) => ` 0100007F:07D3 0100007F:9C40 01 00000000:${unread} 00:00000000\n`;
    const ends = {
      here: { address: [127, 0, 0, 1], port: 0x9c40 },
      there: { address: [127, 0, 0, 1], port: 0x07d3 },
    };
    const look = (...walks: readonly string[]) => {
      const rest = [...walks]; // each ends with the last row that is sought
      vi.mocked(readSync).mockImplementation((_file, page) => (page as Buffer).write(rest.shift() ?? ''));
      onTestFinished(() => void vi.mocked(readSync).mockReset());
      return countUndelivered(ends);
    };
    expect(look(own + peer('00000000'), peer('0000012C'))).toBe(0);
    expect(look(peer('00000000') + own, peer('0000012C'))).toBe(300);
  });

  it('are not known of a receiver that is gone', async () => {
    const { sender, receiver, ends } = await open('127.0.0.1', '127.0.0.1');
    await write(sender, 300);
    receiver.destroy();
    await waitFor(() => countUndelivered(ends) === undefined, 'the receiver to be gone');
  });
});

describe('a connection that both ends have closed', () => {
  it('was not reset where the other end has yet to close', async () => {
    const { sender, receiver, ends } = await open('127.0.0.1', '127.0.0.1');
    receiver.resume();
    sender.end();
    await once(receiver, 'end');
    sender.destroy();
    await once(sender, 'close');
    expect(wasReset(ends)).toBe(false);
  });

  it('was not reset where the receiver had read all', async () => {
    const { sender, receiver, ends } = await open('127.0.0.1', '127.0.0.1');
    await write(sender, 300);
    sender.end();
    receiver.resume().on('end', () => receiver.end());
    sender.resume();
    await once(sender, 'close');
    expect(wasReset(ends)).toBe(false);
  });

  it('was reset where little was unread, if the close took a round trip', async () => {
    const { port, stop } = await startHastyReceiver();
    onTestFinished(stop);
    const { sender, ends } = await openTo(port);
    await write(sender, 300);
    sender.resume().end();
    await once(sender, 'close');
    await waitFor(() => wasReset(ends), 'the reset');
  });

  it('was reset where more was unread than the kernels keep', async () => {
    const { sender, receiver, ends } = await open('127.0.0.1', '127.0.0.1');
    sender.write(Buffer.alloc(30_000_000), () => undefined);
    sender.resume();
    receiver.end();
    await once(sender, 'end');
    sender.destroy();
    receiver.destroy();
    await waitFor(() => wasReset(ends), 'the reset');
  });
});
