import { connect, type Socket } from 'node:net';
import { now } from './clock.ts';
import { seconds } from './errors.ts';
import { resolve } from './resolve.ts';

/** A request for a connection. */
export interface ConnectionRequest {
  readonly host: string;
  /** The one address of the host to connect to; without it all are looked up. */
  readonly address?: string;
  readonly port: number;
  /** Milliseconds for connecting to any of the addresses, without the name's look-up. */
  readonly timeout: number;
  /** The option that sets the timeout, for messages. */
  readonly option: string;
  /** Aborts connecting; its reason is thrown. */
  readonly signal: AbortSignal;
}

/** An open connection; each end closes its own direction. */
export interface Connection {
  readonly socket: Socket;
  /** Milliseconds that connecting took. */
  readonly roundTrip: number;
}

/**
 * Looks up the host, unless the request has an address, and connects to the first address that accepts. Each has an equal
 * share of the time before the next one is tried beside it: Node itself would give up each after 250 ms. Throws an Error if
 * none accepts.
 */
export async function openConnection(request: ConnectionRequest): Promise<Connection> {
  const { address, host, signal } = request;
  return await connectToFirst(address === undefined ? await resolve(host, signal) : [address], request);
}

/**
 * Connects to the first of the addresses that accepts; each has an equal share of the time before the next one is tried
 * beside it. Throws the first address's error if none accepts, or an Error when the time is over.
 */
export async function connectToFirst(
  addresses: readonly string[],
  { port, timeout, option, signal }: Omit<ConnectionRequest, 'host' | 'address'>,
): Promise<Connection> {
  return await new Promise((settle, reject) => {
    const attempts = new Set<Socket>();
    const rest = [...addresses];
    let firstError: Error | undefined;
    let turn: NodeJS.Timeout | undefined;

    const end = (): void => {
      clearTimeout(turn);
      clearTimeout(clock);
      signal.removeEventListener('abort', stop);
      for (const socket of attempts) socket.destroy();
    };
    const fail = (error: unknown): void => {
      end();
      reject(error);
    };
    const stop = (): void => fail(signal.reason);
    const late = new Error(`no connection within ${seconds(timeout)} (${option})`);
    const clock = setTimeout(() => fail(late), timeout);
    const tryNext = (): void => {
      clearTimeout(turn);
      const address = rest.shift();
      if (address === undefined) {
        if (attempts.size === 0) fail(firstError);
        return;
      }
      const socket = connect({ host: address, port, allowHalfOpen: true });
      let begin = now();
      const giveUp = (error: Error): void => {
        firstError ??= error;
        attempts.delete(socket);
        tryNext();
      };
      attempts.add(socket);
      socket.once('connectionAttempt', () => {
        begin = now(); // this process's own work before it is not the network's time
      });
      socket.once('error', giveUp).once('connect', () => {
        socket.off('error', giveUp);
        attempts.delete(socket);
        end();
        settle({ socket, roundTrip: now() - begin });
      });
      turn = setTimeout(tryNext, timeout / addresses.length);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else tryNext();
  });
}
