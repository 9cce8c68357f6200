import { once } from 'node:events';
import { isIP } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { type Connection, type ConnectionRequest, openConnection } from '../../connect.ts';
import { reason, seconds } from '../../errors.ts';
import type { Credentials, NetworkBackend, SendLimits } from '../../plan.ts';
import { explainTlsError } from '../../tls-error.ts';
import type { Transport } from '../../types.ts';
import { streamTransport } from './stream.ts';

/**
 * Returns a transport that sends lines over TLS. A proxy (stunnel, HAProxy) mostly terminates TLS, so a clean close proves
 * nothing about the receiver behind it. Unless `confirm` is `sent`, it therefore opens a second connection afterwards; if
 * that fails or is closed at once, the delivery failed.
 */
export function tlsTransport(backend: NetworkBackend, limits: SendLimits): Transport {
  const { host, credentials = {} } = backend;
  const advice = { ...ADVICE, host, refused: adviseOnRefusal(credentials) };
  return streamTransport(backend, limits, {
    open: request => openTls(request, credentials),
    explain: error => (error instanceof Error && explainTlsError(error, advice)) || reason(error),
    isDirect: false,
  });
}

const ADVICE = {
  plain: 'give the port that does, or say --protocol tcp',
  authority: '--tls-ca FILE',
  otherwise: '',
};

function adviseOnRefusal({ own }: Credentials): string {
  return own === undefined
    ? 'does the receiver want a certificate of ours (--tls-cert, --tls-key), or another version of TLS?'
    : 'does the receiver not take the certificate of --tls-cert, or does it want another version of TLS?';
}

/** The handshake has what is left of the time for connecting. */
async function openTls(request: ConnectionRequest, credentials: Credentials): Promise<Connection> {
  const { host, timeout, option, signal } = request;
  const { socket: plain, roundTrip } = await openConnection(request);
  const { ca, own } = credentials;
  const name = host.replace(/\.$|%.*$/, ''); // neither a root's dot nor a zone id stands in a certificate
  const socket = connect({
    socket: plain,
    host: name,
    ...(isIP(name) === 0 && { servername: name }), // RFC 6066, 3: no addresses
    ...(ca !== undefined && { ca }),
    ...own,
  });
  socket.on('error', error => socket.destroy(error)); // one of OpenSSL alone would leave it open
  const stop = (): void => void socket.destroy(signal.reason);
  const late = `no TLS handshake within ${seconds(timeout)} (${option}): does this port speak TLS?`;
  const clock = setTimeout(() => socket.destroy(new Error(late)), Math.max(1, timeout - roundTrip));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await once(socket, 'secureConnect');
    await hearOut(socket, roundTrip);
    await setImmediate(); // both are told from inside of OpenSSL's reading, where a write would damage what it writes
    return { socket, roundTrip };
  } catch (error) {
    socket.destroy();
    // Node's own words for an end in the middle.
    const isCut = error instanceof Error && /before secure TLS connection/.test(error.message);
    throw isCut ? new Error(CUT, { cause: error }) : error;
  } finally {
    clearTimeout(clock);
    signal.removeEventListener('abort', stop);
  }
}

const CUT = 'the connection was closed during the TLS handshake: does this port speak TLS?';

/** Milliseconds beside two round trips in which a receiver looks at our certificate. */
const LOOKING = 5;

/**
 * In TLS 1.3 our end is done before the other one has seen our certificate: its refusal, which would be lost in a reset once
 * lines are on their way, has time to come. A session ticket says that it took us.
 */
async function hearOut(socket: TLSSocket, roundTrip: number): Promise<void> {
  if (socket.getProtocol() !== 'TLSv1.3') return;
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([
      once(socket, 'session', { signal }),
      sleep(2 * roundTrip + LOOKING, undefined, { signal }),
    ]);
  } finally {
    over.abort();
  }
}
