import { errorCode } from './errors.ts';

/** The remedies that a TLS error may name. */
interface TlsAdvice {
  /** Whom the certificate has to be for. */
  readonly host: string;
  /** Where the other end speaks no TLS. */
  readonly plain: string;
  /** The option that names authorities. */
  readonly authority: string;
  /** Ends each message about a certificate that does not hold. */
  readonly otherwise: string;
  /** Where the other end refuses. */
  readonly refused: string;
}

/** Explains in words why a TLS connection failed and what to do about it; undefined for an error that is not from TLS. */
export function explainTlsError(error: Error, advice: TlsAdvice): string | undefined {
  const { host, plain, authority, otherwise, refused } = advice;
  const code = errorCode(error);
  if (NO_TLS.test(error.message)) return `this port does not speak TLS: ${plain}`;
  if (UNKNOWN_CA.has(code)) {
    return `the certificate is of an authority that is not known here (${error.message}): name that with ${authority}${otherwise}`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `the certificate has expired: renew it${otherwise}`;
  if (code === 'CERT_NOT_YET_VALID')
    return `the certificate is not valid yet: check this host's clock${otherwise}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate is not for ${host}: use a name that it is for${otherwise}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return `the TLS handshake failed (${wordsOf(error, code)}): ${refused}`;
  // OpenSSL's verdicts on certificates (X509_V_ERR_...), for which Node has codes of its own.
  if (/CERT|CRL|SIGNATURE|^INVALID_(CA|PURPOSE)$/.test(code))
    return `the certificate does not hold (${error.message})${otherwise}`;
  return undefined;
}

/** OpenSSL's words for an answer that is not TLS. */
const NO_TLS = /wrong version number|packet length too long|http request/;

/** Codes for a certificate that no known authority has signed. */
const UNKNOWN_CA: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** OpenSSL writes `80DC:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:FILE:LINE:`. */
function wordsOf(error: Error, code: string): string {
  return /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1] ?? code;
}
