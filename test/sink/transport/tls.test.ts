import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials, SendLimits } from '../../../src/plan.ts';
import { tlsTransport } from '../../../src/sink/transport/tls.ts';
import type { Packet } from '../../../src/types.ts';
import { type Certificate, makeAuthority } from '../../helpers/certificates.ts';
import { packetOf, packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const dir = await tempDir();
const authority = makeAuthority(dir, 'authority');
const stranger = makeAuthority(dir, 'stranger');
const own = authority.issue('receiver', 'DNS:localhost,IP:127.0.0.1');
const client = authority.issue('client', 'DNS:lb1');
const CA: Credentials = { ca: read(authority.cert) };
const NEVER = new AbortController().signal;
const PACKETS = packetsOf(['a 1 1\n', 'b 2 1\n']);

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

function pem({ cert, key }: Certificate): { readonly cert: string; readonly key: string } {
  return { cert: read(cert), key: read(key) };
}

async function listen(
  onConnection: (socket: TLSSocket) => void,
  options: TlsOptions = {},
  shown = own,
): Promise<number> {
  const tls = createServer({ ...pem(shown), ...options }, onConnection);
  tls.on('tlsClientError', () => undefined);
  tls.on('secureConnection', socket => socket.on('error', () => undefined));
  return await start(tls);
}

async function start(listening: Server): Promise<number> {
  server = listening;
  server.on('connection', socket => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

type Trial = { readonly host?: string; readonly limits?: Partial<SendLimits>; readonly signal?: AbortSignal };

async function send(
  port: number,
  credentials: Credentials = CA,
  { host = '127.0.0.1', limits = {}, signal = NEVER }: Trial = {},
  packets: Iterable<Packet> = PACKETS,
): Promise<void> {
  const backend = { type: 'graphite', protocol: 'tls', host, port, credentials } as const;
  await tlsTransport(backend, sendLimits(limits)).send(packets, signal);
}

/** More than every buffer between the two ends holds. */
function* flood(bytes = 64 * 1024 * 1024): Iterable<Packet> {
  const packet = packetOf(`${'x'.repeat(16_000)} 1 1\n`);
  for (let sent = 0; sent < bytes; sent += packet.length) yield packet;
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a delivery over %s', version => {
  const options: TlsOptions = { minVersion: version, maxVersion: version };

  it('is done when the peer has read to the end and closed, and so a second connection', async () => {
    const got: string[] = [];
    const port = await listen(socket => {
      const index = got.push('') - 1;
      socket.on('data', chunk => {
        got[index] += chunk;
      });
    }, options);
    await send(port);
    expect(got).toEqual(['a 1 1\nb 2 1\n', '']);
  });

  it('is done with megabytes, too', async () => {
    let bytes = 0;
    const port = await listen(socket => socket.on('data', chunk => (bytes += chunk.length)), options);
    await send(port, CA, {}, flood(8_000_000));
    expect(bytes).toBe(Math.ceil(8_000_000 / 16_005) * 16_005);
  });

  it('shows a certificate of its own', async () => {
    const names: unknown[] = [];
    const port = await listen(
      socket => {
        names.push(socket.getPeerCertificate().subject.CN);
        socket.resume();
      },
      { ...options, requestCert: true, ca: read(authority.cert) },
    );
    await send(port, { ...CA, own: pem(client) });
    expect(names).toEqual(['client', 'client']);
  });

  it('fails when a certificate of ours is wanted, in words', async () => {
    const wanting = { ...options, requestCert: true, ca: read(authority.cert) };
    const port = await listen(socket => socket.resume(), wanting);
    await expect(send(port)).rejects.toThrow(
      /^tls:\/\/127\.0\.0\.1:\d+: the TLS handshake failed \(.*(certificate required|handshake failure)\): does the receiver want a certificate of ours \(--tls-cert, --tls-key\), or another version of TLS\?$/,
    );
  });

  it('fails when the peer answers', async () => {
    const port = await listen(socket => {
      socket.resume();
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    }, options);
    await expect(send(port)).rejects.toThrow(
      `tls://127.0.0.1:${port}: what listens there answered "HTTP/1.1 400 Bad Request", which no receiver of metrics does: is the port right?`,
    );
  });

  it('fails when what is in front of a receiver that is down closes at once', async () => {
    const port = await listen(socket => socket.end(), options);
    await expect(send(port)).rejects.toThrow(
      /the connection was closed before all was sent|the connection was reset|closed by the peer/,
    );
  });

  it('fails when the second connection is refused', async () => {
    const port = await listen(socket => {
      socket.resume();
      server?.close();
    }, options);
    await expect(send(port)).rejects.toThrow(
      `tls://127.0.0.1:${port}: all was sent and the connection was closed, but a second one failed (connection refused: nothing listens there): the receiver was being stopped, and may not have read all`,
    );
  });

  it('fails when the peer resets', async () => {
    const port = await listen(
      socket => void socket.once('data', () => sockets[0]?.resetAndDestroy()),
      options,
    );
    await expect(send(port, CA, {}, flood())).rejects.toThrow(/the connection was reset|closed by the peer/);
  });

  it('fails when the peer stops reading', async () => {
    const port = await listen(socket => socket.pause(), options);
    await expect(send(port, CA, { limits: { writeTimeout: 200 } }, flood())).rejects.toThrow(
      `tls://127.0.0.1:${port}: no progress in sending for 0.2 s (write-timeout)`,
    );
  });

  it('fails when the peer never closes', async () => {
    const port = await listen(socket => {
      socket.allowHalfOpen = true;
      socket.resume();
    }, options);
    await expect(send(port, CA, { limits: { confirmTimeout: 200 } })).rejects.toThrow(
      'did not close the connection within 0.2 s (confirm-timeout)',
    );
    await send(port, CA, { limits: { confirm: 'sent' } });
  });
});

describe('the certificate of the receiver', () => {
  it('is for the name or the address that is asked for', async () => {
    const names: unknown[] = [];
    const port = await listen(socket => {
      names.push(socket.servername);
      socket.resume();
    });
    await send(port);
    await send(port, CA, { host: 'localhost' });
    expect(names).toEqual([false, false, 'localhost', 'localhost']);
  });

  it.each([
    [
      'of an unknown authority',
      own,
      { ca: read(stranger.cert) },
      /the certificate is of an authority that is not known here \(.+\): name that with --tls-ca FILE$/,
    ],
    [
      'of an authority that the system does not know',
      own,
      {},
      /the certificate is of an authority that is not known here \(.+\): name that with --tls-ca FILE$/,
    ],
    [
      'self-signed',
      stranger,
      CA,
      /: the certificate is of an authority that is not known here \(self-signed certificate\): name that with --tls-ca FILE$/,
    ],
    [
      'expired',
      authority.issue('expired', 'IP:127.0.0.1', -1),
      CA,
      /: the certificate has expired: renew it$/,
    ],
    [
      'for another name',
      authority.issue('other', 'DNS:other.example'),
      CA,
      /: the certificate is not for 127\.0\.0\.1: use a name that it is for$/,
    ],
  ])('%s is refused', async (_, shown, credentials, message) => {
    const port = await listen(socket => socket.resume(), {}, shown);
    await expect(send(port, credentials)).rejects.toThrow(message);
  });
});

describe('a delivery over TLS fails', () => {
  it('at a port that speaks first and no TLS', async () => {
    const port = await start(createPlainServer(socket => socket.write('220 mail.example ESMTP\r\n')));
    await expect(send(port)).rejects.toThrow(
      `tls://127.0.0.1:${port}: this port does not speak TLS: give the port that does, or say --protocol tcp`,
    );
  });

  it('at a port that waits for lines, when the time for connecting is over', async () => {
    const port = await start(createPlainServer(socket => socket.resume()));
    await expect(send(port, CA, { limits: { connectTimeout: 100 } })).rejects.toThrow(
      `tls://127.0.0.1:${port}: no TLS handshake within 0.1 s (connect-timeout): does this port speak TLS?`,
    );
  });

  it('at a port that closes', async () => {
    const port = await start(createPlainServer(socket => void socket.once('data', () => socket.end())));
    await expect(send(port)).rejects.toThrow(
      `tls://127.0.0.1:${port}: the connection was closed during the TLS handshake: does this port speak TLS?`,
    );
  });

  it('when the deadline comes during the handshake', async () => {
    const port = await start(createPlainServer(socket => socket.resume()));
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline of 1 s was reached')), 50);
    await expect(send(port, CA, { signal: deadline.signal })).rejects.toThrow(
      `tls://127.0.0.1:${port}: the deadline of 1 s was reached`,
    );
  });

  it('for want of a version that both ends speak', async () => {
    const options: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
    const port = await listen(socket => socket.resume(), options);
    await expect(send(port)).rejects.toThrow(
      /: the TLS handshake failed \(.*protocol version\): does the receiver want/,
    );
  });
});
