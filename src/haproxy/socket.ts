import { connect } from 'node:net';
import { errorCode, Failure, reason, seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { SocketEndpoint } from '../types.ts';
import { listen, type Question, type Reply } from './listen.ts';
import { orAbandon, statPath } from './path.ts';
import { startPhases } from './phases.ts';

/** Longest path of a unix socket: sockaddr_un.sun_path without its closing NUL, unix(7). */
const LONGEST_PATH = 107;

/** Asks a stats socket; resolves when the answer is whole, whether or not the peer closes the connection. */
export async function askSocket<Answer>(
  endpoint: SocketEndpoint,
  question: Question<Answer>,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Reply<Answer>> {
  try {
    if ('path' in endpoint.address) await awaitPath(endpoint.address.path, limits, total);
    return await converse(endpoint, question, limits, total);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('read', endpoint.label, await explain(endpoint, error, total), error);
  }
}

/** Connecting follows the path as well, and could not be abandoned. */
async function awaitPath(path: string, { total: limit }: ReadLimits, total: AbortSignal): Promise<void> {
  await orAbandon(statPath(path), total).catch(error => {
    if (!total.aborted) return; // connecting says what is wrong
    const what = `the file system does not answer within ${seconds(limit)} (pull-timeout)`;
    throw new Error(what, { cause: error });
  });
}

function converse<Answer>(
  { address, label }: SocketEndpoint,
  question: Question<Answer>,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Reply<Answer>> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const end = (error?: Error): void => void socket.destroy(error);
    const phases = startPhases(limits, total, what => end(new Failure('read', label, what)));
    const settle = (reply: Reply<Answer>): void => {
      resolve(reply);
      end();
    };
    const listener = listen(question, settle, error => end(error as Error));
    socket.on('connect', () => {
      phases.connected();
      socket.write(`${question.line}\n`);
    });
    socket.on('data', chunk => {
      phases.received(chunk.length);
      listener.add(chunk);
    });
    socket.on('end', listener.end);
    socket.on('error', reject);
    socket.on('close', () => {
      listener.stop();
      phases.over();
    });
  });
}

async function explain({ address }: SocketEndpoint, error: unknown, total: AbortSignal): Promise<string> {
  if (!('path' in address) || total.aborted) return reason(error);
  const explained = orAbandon(explainPath(address.path, errorCode(error)), total);
  return (await explained.catch(() => undefined)) ?? reason(error);
}

async function explainPath(path: string, code: string): Promise<string | undefined> {
  // Too long a path is EINVAL to some versions of Node; others cut it and find no file (ENOENT).
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
