import { expect, test } from 'vitest';
import { explainTlsError } from '../src/tls-error.ts';

const ADVICE = {
  host: 'g.example',
  plain: 'PLAIN',
  authority: '--ca FILE',
  otherwise: ', or --insecure',
  refused: 'REFUSED',
};

function explain(code: string, message = 'the words'): string | undefined {
  return explainTlsError(Object.assign(new Error(message), { code }), ADVICE);
}

/** As OpenSSL writes an error of the handshake. */
const openssl = (words: string) =>
  `80DC:error:0A00042E:SSL routines:ssl3_read_bytes:${words}:rec.c:1605:SSL alert 70:`;

test.each(['wrong version number', 'packet length too long', 'http request'])(
  'an answer that is not TLS (%s) is told before the code of its error',
  words => {
    expect(explain('EPROTO', openssl(words))).toBe('this port does not speak TLS: PLAIN');
  },
);

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])('%s names the option for authorities', code => {
  expect(explain(code)).toBe(
    'the certificate is of an authority that is not known here (the words): name that with --ca FILE, or --insecure',
  );
});

test.each([
  ['CERT_HAS_EXPIRED', 'the certificate has expired: renew it, or --insecure'],
  ['CERT_NOT_YET_VALID', "the certificate is not valid yet: check this host's clock, or --insecure"],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'the certificate is not for g.example: use a name that it is for, or --insecure',
  ],
  ['CERT_REVOKED', 'the certificate does not hold (the words), or --insecure'],
  ['CRL_HAS_EXPIRED', 'the certificate does not hold (the words), or --insecure'],
  ['INVALID_PURPOSE', 'the certificate does not hold (the words), or --insecure'],
])('%s has a remedy, and the way around it', (code, words) => {
  expect(explain(code)).toBe(words);
});

test('a handshake that failed is told in the words of OpenSSL, or else by its code', () => {
  expect(explain('EPROTO', openssl('tlsv1 alert protocol version'))).toBe(
    'the TLS handshake failed (tlsv1 alert protocol version): REFUSED',
  );
  expect(explain('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')).toBe(
    'the TLS handshake failed (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA): REFUSED',
  );
});

test('an error that is not from TLS is left to others', () => {
  expect(explain('ECONNREFUSED')).toBeUndefined();
  expect(explain('INVALID_ARGUMENT')).toBeUndefined();
  expect(explainTlsError(new Error('without a code'), ADVICE)).toBeUndefined();
});
