import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askForPage, type Trust } from '../src/http.ts';
import { tempDir } from './helpers/temp-dir.ts';

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

interface TlsServer {
  readonly port: number;
  readonly ca: string;
}

async function serveTls(options: ServerOptions = {}, name = 'IP:127.0.0.1'): Promise<TlsServer> {
  const dir = await tempDir();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = ['-subj', '/CN=lb', '-addext', `subjectAltName=${name}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-keyout', key, '-out', cert, ...names, '-days', '2'],
    { stdio: 'ignore' },
  );
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  const server = createHttpsServer({ ...pair, ...options }, (_, response) => response.end('page'));
  return { port: await listen(server), ca: pair.cert.toString() };
}

async function ask(scheme: string, port: number, trust?: Trust): Promise<string> {
  const url = `${scheme}://127.0.0.1:${port}/`;
  const watch = () => ({ received: () => undefined });
  return await askForPage({ url, label: 'page', ...(trust && { trust }) }, { hint: '', watch }).then(
    bytes => bytes.toString(),
    error => error.message,
  );
}

test('a plain page that is asked with https:// says so', async () => {
  const port = await listen(createHttpServer((_, response) => response.end('page')));
  expect(await ask('https', port)).toBe(
    'page: this port does not speak TLS: say http:// instead of https://',
  );
  expect(await ask('http', port)).toBe('page');
});

test('a TLS page that is asked with http:// says so', async () => {
  expect(await ask('http', (await serveTls()).port)).toBe(
    'page: the connection was closed without an answer: if this port speaks TLS, say https://',
  );
  const alerting = createServer(socket => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40])));
  expect(await ask('http', await listen(alerting))).toBe(
    'page: this port speaks TLS: say https:// instead of http://',
  );
});

test('a certificate of an unknown authority names the flags that help', async () => {
  expect(await ask('https', (await serveTls()).port)).toBe(
    'page: the certificate is of an authority that is not known here (self-signed certificate): name that with --ca FILE, or do without the check, --insecure',
  );
});

test('a certificate of a named authority is taken, and any with --insecure', async () => {
  const { port, ca } = await serveTls();
  expect(await ask('https', port, { ca, insecure: false })).toBe('page');
  expect(await ask('https', port, { insecure: true })).toBe('page');
  const other = (await serveTls()).ca;
  expect(await ask('https', port, { ca: other, insecure: false })).toContain(
    'is of an authority that is not known',
  );
});

test('a certificate for another name says so', async () => {
  const { port, ca } = await serveTls({}, 'DNS:lb');
  expect(await ask('https', port, { ca, insecure: false })).toBe(
    'page: the certificate is not for 127.0.0.1: use a name that it is for, or do without the check, --insecure',
  );
});

test('a handshake that fails says why', async () => {
  const { port } = await serveTls({
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    ciphers: 'AES128-SHA',
    ecdhCurve: 'P-521',
  });
  expect(await ask('https', port)).toMatch(
    /^page: the TLS handshake failed \([a-z0-9 ]+\): does the server want/,
  );
});

test('a server that speaks something else is quoted', async () => {
  const port = await listen(createServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
  expect(await ask('http', port)).toBe('page: answered "SSH-2.0-OpenSSH_9.2", which is not HTTP');
});
