import { errorCode, reason } from './errors.ts';
import { explainTlsError } from './tls-error.ts';

/** Explains in words why the request for a page failed, and says what to do. */
export function explainHttpError(error: Error, url: string): string {
  const code = errorCode(error);
  const tls = explainTlsError(error, { ...ADVICE, host: new URL(url).hostname });
  if (tls !== undefined) return tls;
  if (code === 'HPE_HEADER_OVERFLOW') return 'the headers of the answer are larger than 16 KiB, the limit';
  if (code.startsWith('HPE_')) return explainOtherAnswer(error);
  // Node's word for a connection that ends before the answer's head does.
  if (error.message !== 'socket hang up') return reason(error);
  return url.startsWith('http:') ? `${NO_ANSWER}: if this port speaks TLS, say https://` : NO_ANSWER;
}

const ADVICE = {
  plain: 'say http:// instead of https://',
  authority: '--ca FILE',
  otherwise: ', or do without the check, --insecure',
  refused: 'does the server want another version of TLS, or a certificate of ours?',
};

/** The connection ended before an answer. */
export const NO_ANSWER = 'the connection was closed without an answer';

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
