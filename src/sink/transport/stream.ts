import { setImmediate } from 'node:timers/promises';
import { now } from '../../clock.ts';
import type { Connection, ConnectionRequest } from '../../connect.ts';
import { Failure } from '../../errors.ts';
import type { NetworkBackend, SendLimits } from '../../plan.ts';
import type { Packet, Transport } from '../../types.ts';
import { showAddress } from '../address.ts';
import { converse } from './conversation.ts';
import { isLocal } from './local.ts';
import { countUndelivered, countUnread, isLarge, readEnds, wasReset } from './socket-table.ts';

/** Carbon closes a connection that sends a longer line (MAX_LENGTH of its line receiver). */
const LONGEST_LINE = 16_384;

/** Bytes of a write. A slow peer holds the run back: each is handed to the kernel before the next one is made. */
const LARGEST_WRITE = 262_144;

/** The part of a protocol above TCP. */
export interface Stream {
  open(request: ConnectionRequest): Promise<Connection>;
  /** An error in words. */
  explain(error: unknown): string;
  /**
   * Whether the receiver itself reads the connection, and no program in front of it that passes bytes on. Over TLS, where both
   * ends speak, Linux puts acknowledgements off by 40 ms, and either end may close first, so that no row is kept here.
   */
  readonly isDirect: boolean;
}

/**
 * Returns a transport that sends everything over one connection. A finished write proves nothing, the bytes may still be in a
 * kernel: delivered means that the receiver read all and then closed, as far as this host can tell. See docs/outages.md.
 */
export function streamTransport(backend: NetworkBackend, limits: SendLimits, stream: Stream): Transport {
  const where = showAddress(backend);
  return {
    where,
    limits: { line: LONGEST_LINE, packet: LARGEST_WRITE },
    async send(packets, signal) {
      const { host, port } = backend;
      await setImmediate(); // what is left to do in this turn of the loop would be taken for the network's time
      try {
        const timing = { timeout: limits.connectTimeout, option: 'connect-timeout', signal };
        await deliver(stream, { host, port, ...timing }, packets, limits);
      } catch (error) {
        throw new Failure('deliver', where, stream.explain(error), error);
      }
    },
  };
}

async function deliver(
  stream: Stream,
  request: ConnectionRequest,
  packets: Iterable<Packet>,
  limits: SendLimits,
): Promise<void> {
  const { address, ends, isRead, closed } = await connectFor(stream, request, async connection => {
    const { socket } = connection;
    const { remoteAddress = request.host } = socket;
    const ends = limits.confirm === 'close' ? readEnds(socket) : undefined;
    const isSeen = ends !== undefined && isLocal(socket) && !isLarge();
    const countRest = stream.isDirect ? countUndelivered : countUnread;
    const isRead = await converse(connection, packets, limits, isSeen ? () => countRest(ends) : undefined);
    return { address: remoteAddress, ends, isRead, closed: now() };
  });
  if ((isRead && stream.isDirect) || limits.confirm === 'sent') return;
  await ask(stream, { ...request, address }, limits);
  const isKept = stream.isDirect && ends !== undefined && now() - closed < KEPT;
  if (isKept && wasReset(ends)) throw new Error(RESET);
}

/** Milliseconds for which Linux is sure to keep a connection that was closed; then one that is gone was not reset. */
const KEPT = 55_000;

const RESET = 'the connection was reset after it had been closed: the receiver did not read all';

/**
 * A receiver that is being stopped closes what it has not read as if it had read it, but its port before. So a second
 * connection, with nothing to say, has to be taken and closed in order.
 */
async function ask(stream: Stream, request: ConnectionRequest, limits: SendLimits): Promise<void> {
  try {
    await connectFor(stream, request, connection => converse(connection, [], limits));
  } catch (error) {
    if (request.signal.aborted) throw error;
    const what = `all was sent and the connection was closed, but a second one failed (${stream.explain(error)})`;
    throw new Error(`${what}: the receiver was being stopped, and may not have read all`, { cause: error });
  }
}

/** Connects and closes what is left of the connection in the end, or when the request is called off. */
async function connectFor<T>(
  stream: Stream,
  request: ConnectionRequest,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const connection = await stream.open(request);
  const { socket } = connection;
  const stop = (): void => void socket.destroy(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await use(connection);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
