import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { errorCode, Failure, reason } from '../../errors.ts';
import type { NetworkBackend, SendLimits } from '../../plan.ts';
import { resolve } from '../../resolve.ts';
import type { Packet, Transport } from '../../types.ts';
import { showAddress } from '../address.ts';
import { startPace } from './pace.ts';

/** Bytes of a datagram that an Ethernet frame carries whole; carbon reads 8,192 at most. */
const LARGEST_DATAGRAM = 1432;

/** Datagrams on their way to the kernel, after which the deadline gets its turn, also where the pace asks for no pause. */
const UNFLUSHED = 32;

/** Milliseconds in which the peer's host may say that nothing listens there. */
const LAST_WORD = 2;

/**
 * Returns a transport that sends a datagram for each packet, at most `udpRate` lines a second: a receiver drops silently what
 * its socket buffer cannot take. UDP confirms nothing; a closed port is an error only if its host reports it before, or
 * shortly after, the last datagram. Of several addresses, uses the first that seems to take the first packet.
 */
export function udpTransport(backend: NetworkBackend, limits: SendLimits): Transport {
  const where = showAddress(backend);
  return {
    where,
    limits: { line: LARGEST_DATAGRAM, packet: LARGEST_DATAGRAM },
    async send(packets, signal) {
      try {
        await sendAll(backend, packets, limits, signal);
      } catch (error) {
        throw new Failure(
          'deliver',
          where,
          reason(errorCode(error) === 'ABORT_ERR' ? signal.reason : error),
          error,
        );
      }
    },
  };
}

async function sendAll(
  { host, port }: NetworkBackend,
  packets: Iterable<Packet>,
  limits: SendLimits,
  signal: AbortSignal,
): Promise<void> {
  const addresses = await resolve(host, signal);
  const rest = packets[Symbol.iterator]();
  const first = rest.next();
  if (first.done) return;
  try {
    const line = await openFirst(addresses, port, first.value);
    try {
      await sendPaced(line, first.value, rest, limits.udpRate, signal);
    } finally {
      line.close();
    }
  } finally {
    rest.return?.(); // a batch that is read from the disk is closed
  }
}

/** The first packet finds the address that takes it: `localhost` may be ::1 to us and 127.0.0.1 to a daemon. */
async function openFirst(addresses: readonly string[], port: number, packet: Packet): Promise<Line> {
  const [address, ...others] = addresses;
  if (address === undefined) throw new Error('the name has no address');
  const line = await openLine(address, port).catch(error => error as Error);
  try {
    if (line instanceof Error) throw line;
    line.send(packet);
    await (others.length > 0 ? hearOut(line) : line.flush());
    return line;
  } catch (error) {
    if (!(line instanceof Error)) line.close();
    if (others.length === 0) throw error;
    return await openFirst(others, port, packet);
  }
}

/** A connected socket, because only that is told of a closed port. Its functions throw what the peer's host has said of one. */
interface Line {
  /** Does not wait: a promise for each datagram would cost as much as the datagram. */
  send(packet: Packet): void;
  /** Resolves when the kernel has all of them. */
  flush(): Promise<void>;
  close(): void;
}

async function openLine(address: string, port: number): Promise<Line> {
  const socket: Socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  socket.connect(port, address);
  try {
    await once(socket, 'connect');
  } catch (error) {
    socket.close(); // one that is open would keep the process for ever
    throw error;
  }
  let broken: Error | null = null;
  let pending = 0;
  let flushed = (): void => undefined;
  socket.on('error', error => {
    broken = error;
  });
  const done = (error: Error | null): void => {
    broken ??= error;
    pending--;
    if (pending === 0) flushed();
  };
  const check = (): void => {
    if (broken !== null) throw broken;
  };
  return {
    send: packet => {
      check();
      pending++;
      socket.send(packet, done);
    },
    flush: async () => {
      const wait = (resolve: () => void): void => {
        flushed = resolve;
      };
      if (pending > 0) await new Promise<void>(wait);
      check();
    },
    close: () => socket.close(),
  };
}

/** Leaves the peer's host the time to say that nothing listens. */
async function hearOut(line: Line): Promise<void> {
  await line.flush();
  await sleep(LAST_WORD);
  await line.flush();
}

async function sendPaced(
  line: Line,
  first: Packet,
  rest: Iterator<Packet>,
  rate: number,
  signal: AbortSignal,
): Promise<void> {
  const pace = startPace(rate);
  pace.count(first);
  let sent = 1;
  for (let next = rest.next(); !next.done; next = rest.next()) {
    const wait = pace.wait();
    if (wait > 0) await sleep(wait, undefined, { signal });
    if (sent % UNFLUSHED === 0) {
      await line.flush();
      await setImmediate(undefined, { signal });
    }
    line.send(next.value);
    pace.count(next.value);
    sent++;
  }
  await hearOut(line);
}
