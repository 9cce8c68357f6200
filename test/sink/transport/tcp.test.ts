import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type ServerOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { SendLimits } from '../../../src/plan.ts';
import { tcpTransport } from '../../../src/sink/transport/tcp.ts';
import type { Packet } from '../../../src/types.ts';
import { freePort } from '../../../tools/players/process.ts';
import { startFullListener } from '../../helpers/full-listener.ts';
import { packetOf, packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const LIMITS = sendLimits({ writeTimeout: 200 });

const HALF_OPEN = { allowHalfOpen: true };
const NEVER = new AbortController().signal;
const PACKETS = packetsOf(['a 1 1\n', 'b 2 1\n']);

/** Another process, since this one is busy meanwhile. The file that it is given grows by a byte for each connection it has closed. */
const CLOSING = `const note = () => require('fs').appendFileSync(process.argv[1], 'x');
  const server = require('net').createServer(socket => socket.on('error', () => 0).on('close', note).destroy());
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

async function listen(onConnection: (socket: Socket) => void, options: ServerOpts = {}): Promise<number> {
  server = createServer(options, socket => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function send(
  port: number,
  packets: Iterable<Packet> = PACKETS,
  limits: Partial<SendLimits> = {},
  signal = NEVER,
): Promise<void> {
  const backend = { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port } as const;
  await tcpTransport(backend, { ...LIMITS, ...limits }).send(packets, signal);
}

/** Enough to fill every buffer between the two ends. */
function* flood(bytes = 64 * 1024 * 1024): Iterable<Packet> {
  const packet = packetOf(`${'x'.repeat(16_000)} 1 1\n`);
  for (let sent = 0; sent < bytes; sent += packet.length) yield packet;
}

describe('a delivery over TCP', () => {
  it('is done when the peer has read to the end and closed', async () => {
    let got = '';
    const port = await listen(socket => socket.on('data', chunk => (got += chunk)));
    await send(port);
    expect(got).toBe('a 1 1\nb 2 1\n');
  });

  it('waits for a peer that is slow to close', async () => {
    let closedAt = 0;
    const port = await listen(socket => {
      socket.resume();
      socket.on('end', async () => {
        await sleep(100);
        closedAt = performance.now();
        socket.end();
      });
    }, HALF_OPEN);
    await send(port);
    expect(performance.now()).toBeGreaterThanOrEqual(closedAt);
    expect(closedAt).toBeGreaterThan(0);
  });

  it('reads no further ahead than the peer does', async () => {
    let made = 0;
    function* count(): Iterable<Packet> {
      for (const packet of flood()) {
        made += packet.length;
        yield packet;
      }
    }
    const port = await listen(socket => socket.pause());
    await expect(send(port, count())).rejects.toThrow('no progress in sending');
    expect(made).toBeLessThan(16 * 1024 * 1024);
  });

  it('needs no closing where confirm is sent', async () => {
    const port = await listen(socket => socket.resume(), HALF_OPEN);
    await send(port, PACKETS, { confirm: 'sent' });
  });
});

describe('a delivery over TCP fails', () => {
  it('when nothing listens', async () => {
    const port = await freePort();
    await expect(send(port)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: connection refused: nothing listens there`,
    );
  });

  it('when the peer reads all and never closes', async () => {
    const port = await listen(socket => socket.resume(), HALF_OPEN);
    await expect(send(port)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: the receiver read all, but did not close the connection within 1 s (confirm-timeout); if it never closes: --confirm sent`,
    );
  });

  it('when the peer does not read', async () => {
    const port = await listen(() => undefined, { pauseOnConnect: true });
    await expect(send(port)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: the receiver did not read the last 12 bytes within 1 s (confirm-timeout): it hangs or is too slow`,
    );
  });

  it('when the peer closes in order with something unread, at whatever moment', async () => {
    for (let delay = 0; delay < 60; delay += 3) {
      const port = await listen(
        socket => {
          setTimeout(() => {
            socket.end();
            socket.destroy();
          }, delay);
        },
        { pauseOnConnect: true, allowHalfOpen: true },
      );
      await expect(send(port)).rejects.toThrow(
        /the connection was (reset|closed before all was sent)|closed by the peer/,
      );
    }
  });

  it('when the peer reads a part and closes in order', async () => {
    const port = await listen(socket => {
      socket.once('data', () => {
        socket.pause();
        setTimeout(() => {
          socket.end();
          socket.destroy();
        }, 20);
      });
    }, HALF_OPEN);
    await expect(send(port, flood(3_000_000))).rejects.toThrow(
      /the connection was (reset|closed before all was sent)|closed by the peer/,
    );
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
    ['SSH-2.0-OpenSSH_9.2p1\r\n', 'SSH-2.0-OpenSSH_9.2p1'],
    ['\n\u001b[31mred\u202e\u0000 text\n', '[31mred text'],
    ['x'.repeat(100_000), 'x'.repeat(80)],
    ['\u0000\u0001', ''],
  ])('when the peer answers %j', async (answer, quoted) => {
    const port = await listen(socket => {
      socket.resume();
      socket.on('end', () => socket.end(answer));
    }, HALF_OPEN);
    await expect(send(port)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: what listens there answered "${quoted}", which no receiver of metrics does: is the port right?`,
    );
  });

  it('when the peer closes without reading, although every write had succeeded', async () => {
    const port = await listen(socket => setTimeout(() => socket.destroy(), 50), { pauseOnConnect: true });
    await expect(send(port)).rejects.toThrow(/connection was reset|closed before all was sent/);
  });

  it('when a proxy accepts and closes because its server is down, even a moment after the connection stands', async () => {
    for (const delay of [0, 1, 3]) {
      const port = await listen(socket => {
        socket.resume();
        setTimeout(() => socket.end(), delay);
      }, HALF_OPEN);
      await expect(send(port)).rejects.toThrow(
        /the connection was closed before all was sent|reset|closed by the peer/,
      );
    }
  });

  it('when a proxy has closed while the packets were made', async () => {
    const closed = join(await tempDir(), 'closed');
    writeFileSync(closed, '');
    const proxy = spawn(process.execPath, ['-e', CLOSING, closed]);
    const port = Number(await once(proxy.stdout, 'data'));
    function* slow(round: number): Iterable<Packet> {
      // At some part of a millisecond the event loop's clock goes on just then, and the shortest timer is over at once.
      const part = round * 50_000;
      while (statSync(closed).size <= round || Number(process.hrtime.bigint() % 1_000_000n) < part);
      yield* PACKETS;
    }
    try {
      for (let round = 0; round < 20; round++)
        await expect(send(port, slow(round))).rejects.toThrow(
          /the connection was closed before all was sent|reset|closed by the peer/,
        );
    } finally {
      proxy.kill();
    }
  });

  it('when the peer closes early', async () => {
    const port = await listen(socket => {
      socket.resume();
      socket.once('data', () => socket.end());
    });
    await expect(send(port, flood())).rejects.toThrow(
      /the connection was closed before all was sent|the connection was reset|closed by the peer/,
    );
  });

  it('when the peer resets', async () => {
    const port = await listen(socket => socket.once('data', () => socket.resetAndDestroy()));
    await expect(send(port, flood())).rejects.toThrow(/the connection was reset|closed by the peer/);
  });

  it('when the peer stops reading', async () => {
    const port = await listen(socket => socket.pause());
    await expect(send(port, flood())).rejects.toThrow(
      `tcp://127.0.0.1:${port}: no progress in sending for 0.2 s (write-timeout)`,
    );
  });

  it('when no connection comes about in time', async () => {
    const { port, stop } = await startFullListener();
    await expect(send(port, PACKETS, { connectTimeout: 100 })).rejects.toThrow(
      `tcp://127.0.0.1:${port}: no connection within 0.1 s (connect-timeout)`,
    );
    stop();
  });

  it('when the deadline comes first', async () => {
    const port = await listen(socket => socket.pause());
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline of 1 s was reached')), 50);
    const limits = { writeTimeout: 10_000 };
    await expect(send(port, flood(), limits, deadline.signal)).rejects.toThrow(
      `tcp://127.0.0.1:${port}: the deadline of 1 s was reached`,
    );
  });

  it('when the name is unknown', async () => {
    const backend = { type: 'graphite', protocol: 'tcp', host: 'graphite.invalid', port: 2003 } as const;
    const limits = { ...LIMITS, connectTimeout: 10_000 };
    await expect(tcpTransport(backend, limits).send(PACKETS, NEVER)).rejects.toThrow(
      /^tcp:\/\/graphite\.invalid:2003: the name (is unknown|could not be looked up)/,
    );
  });
});
