import type { Destination, Encoder, Transport } from '../types.ts';
import { encodeGraphite } from './graphite.ts';
import { tcpTransport } from './tcp.ts';

// Graphite over TCP is what most runs use; what only some need is loaded when it is needed.

/** The encoder of a destination's protocol. */
export async function chooseEncoder({ backend }: Destination): Promise<Encoder> {
  if (backend.type === 'graphite') return encodeGraphite;
  const { encodeStatsd } = await import('./statsd.ts');
  return encodeStatsd;
}

/** The transport to a destination, or in its place `print`, where a dry run prints. */
export async function chooseTransport(
  destination: Destination,
  timestamp: number,
  print: NodeJS.WritableStream | undefined,
): Promise<Transport> {
  const transport = await chooseCarrier(destination, timestamp);
  if (print === undefined) return transport;
  const { printInstead } = await import('./print.ts');
  return printInstead(transport, print);
}

async function chooseCarrier({ backend, limits }: Destination, timestamp: number): Promise<Transport> {
  if (backend.protocol === 'tcp') return tcpTransport(backend, limits);
  if (backend.protocol === 'file') {
    const { fileTransport } = await import('./file.ts');
    return fileTransport(backend, timestamp);
  }
  const { udpTransport } = await import('./udp.ts');
  return udpTransport(backend, limits);
}
