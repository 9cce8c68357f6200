import { once } from 'node:events';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { getSystemErrorName } from 'node:util';
import type { UnixSocket } from 'unix-dgram';
import { Failure, reason, seconds } from '../../errors.ts';
import { loadOptional } from '../../optional-package.ts';
import type { SendLimits, SocketBackend } from '../../plan.ts';
import type { Packet, Transport } from '../../types.ts';
import { startPace } from './pace.ts';

/** The buffer of Datadog's agent for one datagram (dogstatsd_buffer_size). */
const LARGEST_DATAGRAM = 8192;

/**
 * Returns a transport that sends datagrams to a socket on this host, at the pace of UDP. The kernel loses none: it says when
 * the receiver's buffer is full. Nothing says what the receiver makes of them. Node has no such sockets; the npm package
 * unix-dgram has.
 */
export function unixTransport({ path }: SocketBackend, limits: SendLimits): Transport {
  const where = `unix://${path}`;
  return {
    where,
    limits: { line: LARGEST_DATAGRAM, packet: LARGEST_DATAGRAM },
    async send(packets, signal) {
      const fail = { code: 'deliver', where, use: 'sending to a unix socket' } as const;
      const { createSocket } = await loadOptional('unix-dgram', () => import('unix-dgram'), fail);
      const socket = createSocket('unix_dgram');
      try {
        connect(socket, path);
        await sendPaced(socket, packets, limits, signal);
      } catch (error) {
        throw new Failure('deliver', where, explain(signal.aborted ? signal.reason : error), error);
      } finally {
        socket.close();
      }
    },
  };
}

function connect(socket: UnixSocket, path: string): void {
  let failure: Error | undefined;
  socket.on('error', (error: Error) => {
    failure = error;
  });
  socket.connect(path);
  if (failure !== undefined) throw failure;
}

async function sendPaced(
  socket: UnixSocket,
  packets: Iterable<Packet>,
  { udpRate, writeTimeout }: SendLimits,
  signal: AbortSignal,
): Promise<void> {
  const pace = startPace(udpRate);
  for (const packet of packets) {
    const wait = pace.wait();
    if (wait > 0) await sleep(wait, undefined, { signal });
    else await setImmediate(undefined, { signal });
    while (!offer(socket, packet)) await waitForRoom(socket, writeTimeout, signal);
    pace.count(packet);
  }
}

/** False where the receiver's buffer is full. */
function offer(socket: UnixSocket, packet: Packet): boolean {
  let failure: (Error & { readonly code: number }) | undefined;
  socket.send(packet, error => {
    failure = error;
  });
  if (failure === undefined) return true;
  if (failure.code === FULL) return false;
  throw failure;
}

/** unix-dgram's word for EAGAIN. */
const FULL = 1;

async function waitForRoom(socket: UnixSocket, limit: number, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(limit);
  try {
    await once(socket, 'writable', { signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    if (!late.aborted) throw error;
    const what = `its buffer is full, and the receiver did not read for ${seconds(limit)} (write-timeout)`;
    throw new Error(what, { cause: error });
  }
}

/** unix-dgram gives the system's number in place of its name. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'number' || code >= 0) return reason(error);
  const name = getSystemErrorName(code);
  return REASONS[name] ?? reason(Object.assign(new Error(name), { code: name }));
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES:
    'permission denied: sending needs write permission on the socket, and search permission on the directories above it',
  ECONNREFUSED: 'nothing reads from this socket: is the receiver running?',
  EMSGSIZE: 'a datagram is larger than the socket takes',
  ENOENT: 'there is no such socket: is the receiver running?',
  EPROTOTYPE: 'it is no socket for datagrams',
};
