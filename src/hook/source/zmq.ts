import { loadOptional } from '../../optional-package.ts';
import type { ZmqSource } from '../../plan.ts';
import { MOST_JSON } from '../limits.ts';
import { openRelay } from './relay.ts';

/** Sends STATS to a gstats-collectd; resolves to the bytes of its answer. `timeout` is in milliseconds. Throws a Failure. */
export async function askCollector(
  { address, label }: ZmqSource,
  timeout: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const fail = { code: 'read', where: label, use: 'asking over ZeroMQ' } as const;
  const { Request } = await loadOptional('zeromq', () => import('zeromq'), fail);
  const relay = await openRelay({ label, ...parseAddress(address) }, { timeout, most: MOST_JSON, signal });
  // The relay counts; a part that says it has more than could ever come is refused before room is made for it.
  // Nothing may hold the run after its end, neither an unsent question (linger) nor a receiver (close).
  const socket = new Request({ linger: 0, maxMessageSize: 32 * MOST_JSON });
  const close = (): void => {
    relay.close();
    socket.close();
  };
  signal.addEventListener('abort', close, { once: true });
  const ask = async (): Promise<Buffer> => {
    socket.connect(`tcp://127.0.0.1:${relay.port}`);
    await socket.send('STATS');
    return Buffer.concat(await socket.receive());
  };
  try {
    return await Promise.race([relay.broken, ask()]);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}
