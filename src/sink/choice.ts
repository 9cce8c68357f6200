import { PROTOCOLS } from '../backends.ts';
import type { Backend, Destination, SendLimits } from '../plan.ts';
import type { Sink, Transport } from '../types.ts';
import { encodeGraphite } from './encode/graphite.ts';
import type { Encoder } from './sink.ts';
import { tcpTransport } from './transport/tcp.ts';

// Most runs use Graphite over TCP; the rest is loaded when it is needed.

/**
 * Returns a destination's encoder and transport; in a dry run the transport writes to `print` instead. Opens no connection
 * yet.
 */
export async function openSink(
  { backend, limits }: Destination,
  timestamp: number,
  print: NodeJS.WritableStream | undefined,
): Promise<Sink> {
  const encode = await ENCODERS[backend.type]();
  const transport = await openTransport(backend, limits, timestamp);
  const sink: Sink = {
    transport,
    limits,
    success: PROTOCOLS[backend.protocol].success,
    encode: (points, told) => encode(points, { timestamp, limits: transport.limits, ...told }),
  };
  if (print === undefined) return sink;
  const { printInstead } = await import('./transport/stdout.ts');
  const { success, ...rest } = sink;
  return { ...rest, transport: printInstead(transport, print), limits: { ...limits, retries: 0 } };
}

const ENCODERS: Readonly<Record<Backend['type'], () => Encoder | Promise<Encoder>>> = {
  graphite: () => encodeGraphite,
  statsd: async () => (await import('./encode/statsd.ts')).encodeStatsd,
};

async function openTransport(backend: Backend, limits: SendLimits, timestamp: number): Promise<Transport> {
  switch (backend.protocol) {
    case 'tcp':
      return tcpTransport(backend, limits);
    case 'tls':
      return (await import('./transport/tls.ts')).tlsTransport(backend, limits);
    case 'udp':
      return (await import('./transport/udp.ts')).udpTransport(backend, limits);
    case 'unix':
      return (await import('./transport/unix.ts')).unixTransport(backend, limits);
    case 'file':
      return (await import('./transport/file.ts')).fileTransport(backend, timestamp);
  }
}
