import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giveCredentials } from '../../src/config/credentials.ts';
import type { Credentials, Destination } from '../../src/plan.ts';
import { joinPem, lockKey, makeAuthority } from '../helpers/certificates.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const dir = await tempDir();
const authority = makeAuthority(dir, 'authority');
const client = authority.issue('client', 'DNS:lb1');
const server = authority.issue('server', 'DNS:localhost');

const TLS: Destination = {
  backend: { type: 'graphite', protocol: 'tls', host: 'h', port: 2003 },
  scope: 'lb',
  limits: sendLimits({}),
};

async function credentialsOf(...argv: readonly string[]): Promise<Credentials | undefined> {
  const [given] = await giveCredentials([TLS], (await readFlags(...argv)).config);
  return given?.backend.protocol === 'tls' ? given.backend.credentials : undefined;
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

test('only destinations over TLS get them', async () => {
  const { config } = await readFlags('--tls-ca', authority.cert);
  const plain: Destination = {
    ...TLS,
    backend: { ...TLS.backend, protocol: 'tcp' } as Destination['backend'],
  };
  const [first, second] = await giveCredentials([plain, TLS], config);
  expect(first).toBe(plain);
  expect(second).toEqual({ ...TLS, backend: { ...TLS.backend, credentials: { ca: read(authority.cert) } } });
});

test('without --tls-ca the authorities of the system are trusted', async () => {
  const [system] = [
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/ca-bundle.pem',
    '/etc/ssl/cert.pem',
  ].filter(path => existsSync(path));
  expect(await credentialsOf()).toEqual(system === undefined ? {} : { ca: read(system) });
});

test('the own certificate has its key in a file of its own, or beside it', async () => {
  const own = ['--tls-ca', authority.cert, '--tls-cert', client.cert, '--tls-key', client.key];
  expect((await credentialsOf(...own))?.own).toEqual({ cert: read(client.cert), key: read(client.key) });
  const both = joinPem(client);
  expect((await credentialsOf('--tls-cert', both))?.own).toEqual({ cert: read(both), key: read(both) });
});

test('every certificate of a file has to be whole, not the first alone', async () => {
  const chain = join(dir, 'chain.pem');
  writeFileSync(chain, read(client.cert) + read(authority.cert));
  expect((await credentialsOf('--tls-ca', chain))?.ca).toBe(read(chain));
  writeFileSync(chain, read(client.cert) + read(authority.cert).slice(0, 200));
  await expect(credentialsOf('--tls-ca', chain)).rejects.toMatchObject({
    code: 'usage',
    message: `--tls-ca: ${chain}: a certificate in it is damaged`,
  });
});

test('a fault in a config file is blamed on its line', async () => {
  const file = await writeConfig('[graphite]\ntls-ca = /nowhere\n');
  await expect(credentialsOf('--config', file)).rejects.toThrow(
    `${file}:2: [graphite] tls-ca: /nowhere: cannot be read: no such file`,
  );
});

test.each([
  [['--tls-ca', '/'], '--tls-ca: /: cannot be read: it is a directory'],
  [['--tls-ca', client.key], `--tls-ca: expected a file of PEM certificates, got "${client.key}"`],
  [
    ['--tls-cert', client.cert],
    `--tls-cert: ${client.cert}: holds no private key beside the certificate: name its file with tls-key`,
  ],
  [['--tls-key', client.key], '--tls-key: a key is of no use without its certificate, tls-cert'],
  [
    ['--tls-cert', client.cert, '--tls-key', server.key],
    `--tls-key: ${server.key}: the key does not belong to the certificate in ${client.cert}`,
  ],
  [
    ['--tls-cert', client.cert, '--tls-key', lockKey(client)],
    `--tls-key: ${client.key}.locked: the key has a password, which nobody could type in: keep one without (openssl pkey -in KEY -out FILE), mode 600`,
  ],
  [
    ['--tls-cert', client.cert, '--tls-key', client.cert],
    `--tls-key: ${client.cert}: holds no private key in PEM that could be read`,
  ],
])('%j is a usage error', async (argv, message) => {
  await expect(credentialsOf(...argv)).rejects.toMatchObject({ code: 'usage', message });
});
