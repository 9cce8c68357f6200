import { Failure } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Destination, Encoder, Packet, Point, Transport } from '../types.ts';
import { encodeGraphite } from './graphite.ts';
import { printInstead } from './print.ts';
import { tcpTransport } from './tcp.ts';

/** What delivery needs to know of the run. */
export interface Delivery {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** Aborted when the run has to end; its reason is said. */
  readonly deadline: AbortSignal;
  /** Where a dry run prints; without it the datapoints are sent. */
  readonly print?: NodeJS.WritableStream;
  /** Is told each packet and what became of them, when the run is verbose. */
  readonly trace?: (text: string) => void;
}

/**
 * Delivers all points to one destination, as often as it takes. The points are made anew for each attempt.
 * The failures say how many datapoints were lost.
 */
export async function deliver(
  destination: Destination,
  makePoints: () => Iterable<Point>,
  { timestamp, deadline, print, trace }: Delivery,
): Promise<readonly Failure[]> {
  const encode = await chooseEncoder(destination);
  const carrier = await chooseTransport(destination, timestamp);
  const transport = print === undefined ? carrier : printInstead(carrier, print);
  const limits = print === undefined ? destination.limits : { ...destination.limits, retries: 0 };
  const refused = new Set<string>();
  const attempt = (): Promise<void> => {
    const packets = encode(makePoints(), {
      timestamp,
      limit: transport.packetLimit,
      refuse: path => refused.add(path),
    });
    return transport.send(trace === undefined ? packets : tracePackets(packets, trace), deadline);
  };
  try {
    await retry(attempt, limits, deadline);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const lost = countPoints(makePoints());
    return [new Failure('deliver', error.where, `${error.what}; ${lost} datapoints are lost`, error)];
  }
  trace?.(`${transport.where}: delivered`);
  return refused.size === 0 ? [] : [tooLong(transport, refused)];
}

/** What only some runs need is loaded when it is needed. */
async function chooseTransport({ backend, limits }: Destination, timestamp: number): Promise<Transport> {
  if (backend.protocol === 'tcp') return tcpTransport(backend, limits);
  if (backend.protocol === 'file') {
    const { fileTransport } = await import('./file.ts');
    return fileTransport(backend, timestamp);
  }
  const { udpTransport } = await import('./udp.ts');
  return udpTransport(backend, limits);
}

async function chooseEncoder({ backend }: Destination): Promise<Encoder> {
  if (backend.type === 'graphite') return encodeGraphite;
  const { encodeStatsd } = await import('./statsd.ts');
  return encodeStatsd;
}

function* tracePackets(packets: Iterable<Packet>, trace: (text: string) => void): Iterable<Packet> {
  for (const packet of packets) {
    trace(packet.trimEnd());
    yield packet;
  }
}

function countPoints(points: Iterable<Point>): number {
  let total = 0;
  for (const _ of points) total++;
  return total;
}

function tooLong({ where, packetLimit }: Transport, paths: ReadonlySet<string>): Failure {
  const [example = ''] = paths;
  const what = `${paths.size} datapoints are lost, their lines are longer than ${packetLimit} bytes: ${example.slice(0, 80)}...`;
  return new Failure('deliver', where, what);
}
