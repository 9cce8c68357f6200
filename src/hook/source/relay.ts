import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { openConnection } from '../../connect.ts';
import { asFailure, Failure, reason } from '../../errors.ts';

/** Passes one client's connection on to a server, and closes it when too many bytes come. */
export interface Relay {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** Rejects with a Failure when the server cannot be reached, hangs up or sends too much. */
  readonly broken: Promise<never>;
  close(): void;
}

/** A server and its name in messages. */
interface Server {
  readonly label: string;
  readonly host: string;
  readonly port: number;
}

/** Milliseconds for connecting, and most bytes from the server. */
interface Limits {
  readonly timeout: number;
  readonly most: number;
  readonly signal: AbortSignal;
}

/**
 * Connects to a server, and opens a port on 127.0.0.1 from which one client reaches it. Exists for the limit of bytes: ZeroMQ
 * limits a part of a message but not the number of parts, Redis' client nothing at all, so that both would keep all of an
 * endless answer. Throws a Failure if the server cannot be reached.
 */
export async function openRelay(server: Server, { timeout, most, signal }: Limits): Promise<Relay> {
  const { label, host, port } = server;
  const far = (
    await openConnection({ host, port, timeout, option: 'hook-timeout', signal }).catch(error => {
      throw asFailure(error, 'read', label);
    })
  ).socket;
  far.pause(); // a server's first words wait for the client
  let near: Socket | undefined;
  const listener = createServer(socket => {
    listener.close();
    near = socket;
  }).listen(0, '127.0.0.1');
  const close = (): void => {
    listener.close();
    near?.destroy();
    far.destroy();
  };
  const broken = new Promise<never>((_, reject) => {
    const end = (what: string, cause?: unknown): void => {
      reject(new Failure('read', label, what, cause));
      close();
    };
    let size = 0;
    listener.on('connection', socket => {
      socket.on('error', error => end(UNWANTED, error)).on('close', () => end(UNWANTED));
      socket.pipe(far).pipe(socket);
      far.on('data', piece => {
        size += piece.length;
        if (size > most) end(`sends more than ${most} bytes, the limit`);
      });
    });
    far.on('error', error => end(reason(error), error));
    far.on('close', () => end('the connection was closed without an answer'));
  });
  broken.catch(() => undefined); // nobody may be waiting
  await once(listener, 'listening');
  return { port: (listener.address() as AddressInfo).port, broken, close };
}

/** The client hung up before it had its answer. */
const UNWANTED = 'answers what does not belong to the protocol: is this the right port?';
