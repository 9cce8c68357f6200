import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Failure } from '../errors.ts';
import type { Credentials, Destination } from '../plan.ts';
import type { Config } from './config.ts';
import { readSmallFile } from './read-file.ts';
import { expected } from './value.ts';

type FileKey = 'graphite.tls-ca' | 'graphite.tls-cert' | 'graphite.tls-key';

/**
 * Adds the contents of the files named by tls-ca, tls-cert and tls-key to each destination over TLS; returns the others
 * unchanged. Throws a Failure that names the file.
 */
export async function giveCredentials(
  destinations: readonly Destination[],
  config: Config,
): Promise<readonly Destination[]> {
  const credentials = await readCredentials(config);
  return destinations.map(destination => {
    const { backend } = destination;
    return backend.protocol === 'tls'
      ? { ...destination, backend: { ...backend, credentials } }
      : destination;
  });
}

async function readCredentials(config: Config): Promise<Credentials> {
  const ca =
    config.get('graphite.tls-ca') === undefined
      ? await readSystemAuthorities()
      : (await readCertificates(config, 'graphite.tls-ca')).text;
  const own = await readOwn(config);
  return { ...(ca !== undefined && { ca }), ...(own !== undefined && { own }) };
}

/** Where systems keep the certificates of the authorities that their administrator trusts, which Node does not read. */
const SYSTEM_AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian
  '/etc/pki/tls/certs/ca-bundle.crt', // Red Hat
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // Alpine
];

/** Undefined where the system has none. */
async function readSystemAuthorities(): Promise<string | undefined> {
  for (const path of SYSTEM_AUTHORITIES) {
    const text = await readSmallFile(path, path).catch(() => '');
    if (text.includes(CERTIFICATE)) return text;
  }
  return undefined;
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

async function readOwn(config: Config): Promise<Credentials['own']> {
  if (config.get('graphite.tls-cert') === undefined) {
    if (config.get('graphite.tls-key') === undefined) return undefined;
    const where = config.where('graphite.tls-key');
    throw new Failure('usage', where, 'a key is of no use without its certificate, tls-cert');
  }
  const cert = await readCertificates(config, 'graphite.tls-cert');
  const hasKey = config.get('graphite.tls-key') !== undefined;
  const key = hasKey ? await readPem(config, 'graphite.tls-key') : cert;
  const where = `${key.where}: ${key.path}`;
  if (!hasKey && !key.text.includes('PRIVATE KEY-----')) {
    throw new Failure(
      'usage',
      where,
      'holds no private key beside the certificate: name its file with tls-key',
    );
  }
  if (parseCertificate(cert).checkPrivateKey(parseKey(key))) return { cert: cert.text, key: key.text };
  throw new Failure('usage', where, `the key does not belong to the certificate in ${cert.path}`);
}

interface PemFile {
  /** The flag or the config file's line. */
  readonly where: string;
  readonly path: string;
  readonly text: string;
}

async function readPem(config: Config, key: FileKey): Promise<PemFile> {
  const [where, path] = [config.where(key), config.get(key) ?? ''];
  return { where, path, text: await readSmallFile(`${where}: ${path}`, path) };
}

async function readCertificates(config: Config, key: FileKey): Promise<PemFile> {
  const file = await readPem(config, key);
  for (const [pem] of file.text.matchAll(/-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g))
    parseCertificate({ ...file, text: pem });
  if (file.text.includes(CERTIFICATE)) return file;
  throw expected(file.where, 'a file of PEM certificates', file.path);
}

/** The first one. */
function parseCertificate({ where, path, text }: PemFile): X509Certificate {
  try {
    return new X509Certificate(text.slice(text.indexOf(CERTIFICATE)));
  } catch (error) {
    throw new Failure('usage', `${where}: ${path}`, 'a certificate in it is damaged', error);
  }
}

function parseKey({ where, path, text }: PemFile) {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const what = text.includes('ENCRYPTED')
      ? 'the key has a password, which nobody could type in: keep one without (openssl pkey -in KEY -out FILE), mode 600'
      : 'holds no private key in PEM that could be read';
    throw new Failure('usage', `${where}: ${path}`, what, error);
  }
}
