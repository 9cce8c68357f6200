import { statPath } from './stat-path.ts';
import { withinTime } from './within-time.ts';

/** Most bytes of a unix socket's path: sockaddr_un.sun_path without its closing NUL, unix(7). */
const LONGEST_PATH = 107;

/** Milliseconds for looking at a path. */
const PATIENCE = 500;

/** Explains why connecting to the socket at a path failed, and says what to do; undefined if the path tells nothing. */
export async function explainPath(path: string, code: string): Promise<string | undefined> {
  return await withinTime(findCause(path, code), PATIENCE).catch(() => undefined);
}

async function findCause(path: string, code: string): Promise<string | undefined> {
  // Some versions of Node answer EINVAL to a path that is too long; others cut it and find no file (ENOENT).
  if (Buffer.byteLength(path) > LONGEST_PATH)
    return `the path is longer than ${LONGEST_PATH} bytes, a socket's limit`;
  if (code === 'EACCES') {
    const { explainPermission } = await import('./permission.ts');
    return await explainPermission(path);
  }
  if (code === 'ENOENT') return `no such socket: ${explainAbsence(path)}`;
  if (code === 'EAGAIN') return BUSY;
  if (code === 'EPROTOTYPE') return `this is a datagram socket (syslog's?), not a stream: ${WHICH}`;
  if (code !== 'ECONNREFUSED') return undefined;
  const isSocket = (await statPath(path))?.isSocket() ?? true;
  return isSocket ? 'nothing listens on this socket: is HAProxy running?' : `this is no socket: ${WHICH}`;
}

/** unix(7): a connection that does not fit into the backlog is refused at once. */
const BUSY =
  'HAProxy does not accept: too many connections wait (does it hang, or do others hold all of "stats maxconn"?)';

const WHICH = 'is this the path of its "stats socket"?';

function explainAbsence(path: string): string {
  if (/^[^/,]+:\d+$/.test(path)) return `for a TCP port say tcp://${path}`;
  if (path.includes(',')) return 'several endpoints are separated by blanks';
  return `is HAProxy running, and ${WHICH}`;
}
