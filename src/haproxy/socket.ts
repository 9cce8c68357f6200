import { connect, type Socket } from 'node:net';
import { connectToFirst } from '../connect.ts';
import { errorCode, Failure, reason, seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { SocketEndpoint } from '../types.ts';
import { listen, type Question, type Reply } from './listen.ts';
import { orAbandon, statPath } from './path.ts';
import { startPhases } from './phases.ts';

/** Longest path of a unix socket: sockaddr_un.sun_path without its closing NUL, unix(7). */
const LONGEST_PATH = 107;

/** Whom to talk to, and how long. */
export interface Conversation {
  readonly endpoint: SocketEndpoint;
  /** Of its host; none where it has a path. */
  readonly addresses: readonly string[];
  readonly limits: ReadLimits;
  /** Is aborted when the time for all of it is over. */
  readonly total: AbortSignal;
}

/** Asks a stats socket; resolves when the answer is whole, whether or not the peer closes the connection. */
export async function askSocket<Answer>(
  conversation: Conversation,
  question: Question<Answer>,
): Promise<Reply<Answer>> {
  try {
    return await converse(await open(conversation), conversation, question);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const what = await explain(conversation, error);
    throw new Failure('read', conversation.endpoint.label, what, error);
  }
}

async function open(conversation: Conversation): Promise<Socket> {
  const { endpoint, addresses, limits, total } = conversation;
  if ('path' in endpoint.address) {
    await awaitPath(endpoint.address.path, conversation);
    return connect(endpoint.address);
  }
  const request = { timeout: limits.connectTimeout, option: 'timeout', signal: total };
  const { socket } = await connectToFirst(addresses, { ...request, port: endpoint.address.port });
  return socket;
}

/** Connecting follows the path as well, and could not be abandoned. */
async function awaitPath(path: string, { limits, total }: Conversation): Promise<void> {
  await orAbandon(statPath(path), total).catch(error => {
    if (!total.aborted) return; // connecting says what is wrong
    const what = `the file system does not answer within ${seconds(limits.total)} (pull-timeout)`;
    throw new Error(what, { cause: error });
  });
}

function converse<Answer>(
  socket: Socket,
  { endpoint, limits, total }: Conversation,
  question: Question<Answer>,
): Promise<Reply<Answer>> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => void socket.destroy(error);
    const phases = startPhases(limits, total, what => end(new Failure('read', endpoint.label, what)));
    const settle = (reply: Reply<Answer>): void => {
      resolve(reply);
      end();
    };
    const listener = listen(question, settle, error => end(error as Error));
    const begin = (): void => {
      phases.connected();
      socket.write(`${question.line}\n`);
    };
    if (socket.connecting) socket.on('connect', begin);
    else begin();
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

async function explain({ endpoint, total }: Conversation, error: unknown): Promise<string> {
  if (!('path' in endpoint.address) || total.aborted) return reason(error);
  const explained = orAbandon(explainPath(endpoint.address.path, errorCode(error)), total);
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
