import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../clock.ts';
import { openConnection } from '../../connect.ts';
import { Failure, reason, seconds } from '../../errors.ts';
import type { NetworkBackend, SendLimits } from '../../plan.ts';
import type { Packet, Transport } from '../../types.ts';
import { showAddress } from '../address.ts';

/** Carbon closes a connection that sends a longer line (MAX_LENGTH of its line receiver). */
const LONGEST_LINE = 16_384;

/** Bytes of a write. A slow peer holds the run back: each is handed to the kernel before the next one is made. */
const LARGEST_WRITE = 262_144;

/** Beside twice the time of a round trip, how long after accepting a peer has to hang up before we do, in milliseconds. */
const SETTLING = 5;

/**
 * One TCP connection for all. A finished write proves nothing, the bytes may still lie in a kernel:
 * delivered means that after our half-close the peer read to the end and closed without an error.
 */
export function tcpTransport(backend: NetworkBackend, limits: SendLimits): Transport {
  const where = showAddress(backend);
  return {
    where,
    limits: { line: LONGEST_LINE, packet: LARGEST_WRITE },
    async send(packets, signal) {
      const { host, port } = backend;
      await setImmediate(); // what is left to do in this turn of the loop would be taken for the network's time
      try {
        const { socket, roundTrip } = await openConnection({
          host,
          port,
          timeout: limits.connectTimeout,
          option: 'connect-timeout',
          signal,
        });
        const stop = (): void => void socket.destroy(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        try {
          await converse(socket, now() + 2 * roundTrip + SETTLING, packets, limits);
        } finally {
          signal.removeEventListener('abort', stop);
          socket.destroy();
        }
      } catch (error) {
        throw new Failure('deliver', where, reason(error), error);
      }
    },
  };
}

/** `settled` is when a proxy without a server would have hung up, on the clock of clock.ts. */
async function converse(
  socket: Socket,
  settled: number,
  packets: Iterable<Packet>,
  limits: SendLimits,
): Promise<void> {
  const closed = once(socket, 'close');
  closed.catch(() => undefined); // it is awaited last; an error before then is seen by what is awaited first
  socket.resume();
  socket.on('end', () => {
    if (!socket.writableEnded) socket.destroy(new Error('the connection was closed before all was sent'));
  });
  // The socket's own timeout sees progress inside of a write, too.
  socket.setTimeout(limits.writeTimeout, () => {
    socket.destroy(new Error(`no progress in sending for ${seconds(limits.writeTimeout)} (write-timeout)`));
  });
  for (const packet of packets) await write(socket, packet);
  socket.setTimeout(0);
  // A proxy whose server is down accepts, and closes without having read: its close must not be taken for ours.
  await sleep(Math.max(0, settled - now()));
  await setImmediate(); // a close that came while the packets were made is only seen when the sockets are looked at
  if (socket.errored) throw socket.errored;
  socket.end();

  if (limits.confirm === 'sent') return;
  await within(socket, limits.confirmTimeout, UNCONFIRMED, 'confirm-timeout', closed);
}

function write(socket: Socket, packet: Packet): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(packet, error => (error ? reject(socket.errored ?? error) : resolve()));
  });
}

const UNCONFIRMED =
  'all was sent, but the connection was not closed from there (for a backend that never does: --confirm sent) within';

async function within(
  socket: Socket,
  limit: number,
  what: string,
  setting: string,
  event: Promise<unknown>,
): Promise<void> {
  const clock = setTimeout(() => socket.destroy(new Error(`${what} ${seconds(limit)} (${setting})`)), limit);
  try {
    await event;
  } finally {
    clearTimeout(clock);
  }
}
