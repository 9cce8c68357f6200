import { Failure } from '../../errors.ts';
import { loadOptional } from '../../optional-package.ts';
import type { ZmqSource } from '../../types.ts';
import { MOST_BYTES } from '../limits.ts';

/** Asks a gstats-collectd for its STATS; resolves to the answer's bytes. */
export async function askCollector({ address, label }: ZmqSource, signal: AbortSignal): Promise<Buffer> {
  const fail = { code: 'read', where: label, use: 'asking over ZeroMQ' } as const;
  const { Request } = await loadOptional('zeromq', () => import('zeromq'), fail);
  signal.throwIfAborted();
  // Nothing may hold the run after its end, neither an unsent question (linger) nor a receiver (close).
  const socket = new Request({ linger: 0, maxMessageSize: MOST_BYTES, ipv6: address.includes('[') });
  const close = (): void => socket.close();
  signal.addEventListener('abort', close, { once: true });
  let problem: string | undefined;
  const end = (what: string) => (): void => {
    problem ??= what;
    close();
  };
  // ZeroMQ itself would go on trying for ever.
  socket.events.on('connect:retry', end('no connection: does a gstats-collectd listen there?'));
  socket.events.on(
    'disconnect',
    end(`the connection was closed without an answer of ${MOST_BYTES} bytes at most`),
  );
  try {
    socket.connect(address);
    await socket.send('STATS');
    return Buffer.concat(await socket.receive());
  } catch (error) {
    throw problem === undefined ? error : new Failure('read', label, problem, error);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
