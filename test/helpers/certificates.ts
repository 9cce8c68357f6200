import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of a certificate and its key, PEM each. */
export type Certificate = { readonly cert: string; readonly key: string };

/** An authority of the test's own, whose certificates lie in a directory. */
export type Authority = Certificate & {
  /** Makes a certificate for names such as `DNS:localhost` and `IP:127.0.0.1`; with `days` below 0 one that has expired. */
  issue(name: string, subjects: string, days?: number): Certificate;
};

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority. */
export function makeAuthority(dir: string, name: string): Authority {
  const own = pathsOf(dir, name);
  openssl('req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', own.key, '-out', own.cert);
  return {
    ...own,
    issue: (leaf, subjects, days = 2) => {
      const { cert, key } = pathsOf(dir, leaf);
      const [request, extensions] = [join(dir, `${leaf}.csr`), join(dir, `${leaf}.ext`)];
      writeFileSync(extensions, `subjectAltName=${subjects}\nbasicConstraints=CA:FALSE\n`);
      openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${leaf}`, '-keyout', key, '-out', request);
      const signing = ['-CA', own.cert, '-CAkey', own.key, '-CAcreateserial', '-days', String(days)];
      openssl('x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', cert);
      return { cert, key };
    },
  };
}

/** A copy of a key with a password. */
export function lockKey({ key }: Certificate): string {
  const locked = `${key}.locked`;
  openssl('pkey', '-in', key, '-aes256', '-passout', 'pass:secret', '-out', locked);
  return locked;
}

/** Certificate and key in one file, as HAProxy's `crt` wants them. */
export function joinPem({ cert, key }: Certificate): string {
  const file = `${cert}.both`;
  writeFileSync(file, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  return file;
}

function pathsOf(dir: string, name: string): Certificate {
  return { cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
