import { errorCode, reason } from './errors.ts';

/** Explains in words why the request for a page failed, and says what to do. */
export function explainHttpError(error: Error, url: string): string {
  const code = errorCode(error);
  if (NO_TLS.test(error.message)) return 'this port does not speak TLS: say http:// instead of https://';
  if (UNKNOWN_CA.has(code)) {
    return `the certificate is of an authority that is not known here (${error.message}): name that with --ca FILE, or do without the check, --insecure`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return 'the certificate has expired: renew it, or do without the check, --insecure';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate is not for ${new URL(url).hostname}: use a name that it is for, or do without the check, --insecure`;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return `the TLS handshake failed (${wordsOf(error, code)}): does the server want another version of TLS, or a certificate of ours?`;
  }
  if (code === 'HPE_HEADER_OVERFLOW') return 'the headers of the answer are larger than 16 KiB, the limit';
  if (code.startsWith('HPE_')) return explainOtherAnswer(error);
  // Node's word for a connection that ends before the answer's head does.
  if (error.message !== 'socket hang up') return reason(error);
  return url.startsWith('http:') ? `${NO_ANSWER}: if this port speaks TLS, say https://` : NO_ANSWER;
}

/** The connection ended before an answer. */
export const NO_ANSWER = 'the connection was closed without an answer';

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

/** Node keeps the bytes that its parser did not understand. */
function explainOtherAnswer(error: Error): string {
  const said = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0);
  if (said[0] === TLS_ALERT) return 'this port speaks TLS: say https:// instead of http://';
  const [line = ''] = said.toString('utf8', 0, 200).split(/\r?\n/);
  if (said.length === 0 || line.startsWith('HTTP/')) return 'the answer is damaged HTTP';
  return `answered ${JSON.stringify(line.slice(0, 80))}, which is not HTTP`;
}

/** RFC 8446, 5.1: the content type of an alert. */
const TLS_ALERT = 0x15;
