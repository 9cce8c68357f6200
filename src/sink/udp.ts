import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure, reason } from '../errors.ts';
import type { NetworkBackend, Packet, SendLimits, Transport } from '../types.ts';
import { showAddress } from './address.ts';

/** What an Ethernet frame carries whole; carbon reads 8,192 bytes of a datagram at most. */
const LARGEST_DATAGRAM = 1432;

/** After a pause of any length at most so many milliseconds' worth goes out in a burst. */
const LONGEST_BURST = 5;

/** How long to listen for the peer's host saying that nothing listens there, in milliseconds. */
const LAST_WORD = 2;

/**
 * Datagrams at a pace that the receiver's socket buffer can take: a burst is lost silently.
 * UDP confirms nothing; a closed port is noticed where the peer's host reports it.
 */
export function udpTransport(backend: NetworkBackend, limits: SendLimits): Transport {
  const where = showAddress(backend);
  return {
    where,
    packetLimit: LARGEST_DATAGRAM,
    async send(packets, signal) {
      try {
        const socket = await open(backend);
        try {
          await sendPaced(socket, packets, limits.udpRate, signal);
        } finally {
          socket.close();
        }
      } catch (error) {
        throw new Failure('deliver', where, signal.aborted ? reason(signal.reason) : reason(error), error);
      }
    },
  };
}

/** A connected socket, because only that is told of a closed port; looked up once, not for each datagram. */
async function open({ host, port }: NetworkBackend): Promise<Socket> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.connect(port, address);
  await once(socket, 'connect');
  return socket;
}

async function sendPaced(
  socket: Socket,
  packets: Iterable<Packet>,
  rate: number,
  signal: AbortSignal,
): Promise<void> {
  let broken: Error | undefined;
  socket.on('error', error => {
    broken = error;
  });
  const send = promisify<string, number>((packet, done) => socket.send(packet, done));
  let due = performance.now();
  for (const packet of packets) {
    due = Math.max(due, performance.now() - LONGEST_BURST);
    const ahead = due - performance.now();
    if (ahead >= 1) await sleep(ahead, undefined, { signal });
    if (broken !== undefined) throw broken;
    await send(packet);
    due += (countLines(packet) / rate) * 1000;
  }
  await sleep(LAST_WORD);
  if (broken !== undefined) throw broken;
}

function countLines(packet: Packet): number {
  let lines = 0;
  for (let at = packet.indexOf('\n'); at !== -1; at = packet.indexOf('\n', at + 1)) lines++;
  return lines;
}
