import { connect } from 'node:net';
import { errorCode, Failure, reason } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { SocketEndpoint } from '../types.ts';
import { COMMANDS } from './answer.ts';
import { statPath } from './path.ts';
import { startPhases } from './phases.ts';

/** Longest path of a unix socket: sockaddr_un.sun_path without its closing NUL, unix(7). */
const LONGEST_PATH = 107;

/** Asks a stats socket both commands; resolves to all it says until it closes the connection. */
export async function askSocket(
  endpoint: SocketEndpoint,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Buffer> {
  try {
    return await converse(endpoint, limits, total);
  } catch (error) {
    throw error instanceof Failure ? error : await explain(endpoint, error);
  }
}

function converse(
  { address, label }: SocketEndpoint,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(address);
    const phases = startPhases(limits, total, what => socket.destroy(new Failure('read', label, what)));
    socket.on('connect', () => {
      phases.connected();
      socket.write(`${COMMANDS}\n`);
    });
    socket.on('data', chunk => {
      chunks.push(chunk);
      phases.received(chunk.length);
    });
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.on('error', reject);
    socket.on('close', phases.over);
  });
}

async function explain({ address, label }: SocketEndpoint, error: unknown): Promise<Failure> {
  const what = 'path' in address ? await explainPath(address.path, errorCode(error)) : undefined;
  return new Failure('read', label, what ?? reason(error), error);
}

async function explainPath(path: string, code: string): Promise<string | undefined> {
  // Too long a path is EINVAL to some versions of Node; others cut it and find no file (ENOENT).
  if (Buffer.byteLength(path) > LONGEST_PATH)
    return `the path is longer than ${LONGEST_PATH} bytes, a socket's limit`;
  if (code === 'EACCES') {
    const { explainPermission } = await import('./permission.ts');
    return explainPermission(path);
  }
  if (code === 'ENOENT') return `no such socket: ${explainAbsence(path)}`;
  if (code !== 'ECONNREFUSED') return undefined;
  const isSocket = statPath(path)?.isSocket() ?? true;
  return isSocket ? 'nothing listens on this socket: is HAProxy running?' : `this is no socket: ${WHICH}`;
}

const WHICH = 'is this the path of its "stats socket"?';

function explainAbsence(path: string): string {
  if (/^[^/,]+:\d+$/.test(path)) return `for a TCP port say tcp://${path}`;
  if (path.includes(',')) return 'several endpoints are separated by blanks';
  return `is HAProxy running, and ${WHICH}`;
}
