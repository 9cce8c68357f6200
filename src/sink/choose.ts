import type { Backend, Encoder, SendLimits, Transport } from '../types.ts';
import { graphiteEncoder } from './graphite.ts';
import { tcpTransport } from './tcp.ts';

/** The transport for a backend. UDP's is loaded when it is used, as is all that only some runs need. */
export async function chooseTransport(backend: Backend, limits: SendLimits): Promise<Transport> {
  if (backend.protocol === 'tcp') return tcpTransport(backend, limits);
  const { udpTransport } = await import('./udp.ts');
  return udpTransport(backend, limits);
}

/** The encoder for a backend; StatsD knows no timestamps. */
export async function chooseEncoder({ type }: Backend, timestamp: number): Promise<Encoder> {
  if (type === 'graphite') return graphiteEncoder(timestamp);
  const { encodeStatsd } = await import('./statsd.ts');
  return encodeStatsd;
}
