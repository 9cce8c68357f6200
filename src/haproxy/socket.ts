import { connect, type Socket } from 'node:net';
import { connectToFirst } from '../connect.ts';
import { Failure } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { Endpoint, SocketEndpoint } from '../types.ts';
import { listen, type Question, type Reply } from './listen.ts';
import { type Room, startPhases } from './phases.ts';

/** A peer to ask, and the limits. */
export interface Conversation<Peer extends Endpoint> {
  readonly endpoint: Peer;
  /** Addresses of the peer's host; none for a path. */
  readonly addresses: readonly string[];
  readonly limits: ReadLimits;
  /** Aborted when the total time is over. */
  readonly total: AbortSignal;
  readonly room: Room;
}

/** Sends a question to a stats socket; resolves to the whole answer, even if the peer keeps the connection open. */
export async function askSocket<Answer>(
  conversation: Conversation<SocketEndpoint>,
  question: Question<Answer>,
): Promise<Reply<Answer>> {
  return await converse(await open(conversation), conversation, question);
}

async function open(conversation: Conversation<SocketEndpoint>): Promise<Socket> {
  const { address } = conversation.endpoint;
  const { addresses, limits, total } = conversation;
  if ('path' in address) return connect(address);
  const request = { port: address.port, timeout: limits.connectTimeout, option: 'timeout', signal: total };
  return (await connectToFirst(addresses, request)).socket;
}

function converse<Answer>(
  socket: Socket,
  { endpoint, limits, total, room }: Conversation<SocketEndpoint>,
  question: Question<Answer>,
): Promise<Reply<Answer>> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => void socket.destroy(error);
    const phases = startPhases(limits, total, room, what => end(new Failure('read', endpoint.label, what)));
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
