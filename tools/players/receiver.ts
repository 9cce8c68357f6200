import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { freePort } from './process.ts';

/** A Graphite receiver on one loopback port for TCP and UDP, with all it has received so far. */
export type Receiver = {
  readonly port: number;
  /** The whole text of every TCP connection, in the order in which they were opened. */
  texts(): string[];
  datagrams(): Buffer[];
  /** The lines of all connections and then of all datagrams, without their newlines. */
  lines(): string[];
  stop(): Promise<void>;
};

/** Starts a receiver, on a port of its own unless one is given, that reads all and closes after the peer's half-close. */
export async function startReceiver(given?: number): Promise<Receiver> {
  const port = given ?? (await freePort());
  const connections: Buffer[][] = [];
  const datagrams: Buffer[] = [];
  const sockets = new Set<Socket>();
  const tcp = createServer(socket => {
    const chunks: Buffer[] = [];
    connections.push(chunks);
    sockets.add(socket);
    socket.on('data', chunk => chunks.push(chunk));
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // a peer that resets is the business of the test
  });
  const udp = createSocket('udp4', datagram => datagrams.push(datagram));
  tcp.listen(port, '127.0.0.1');
  udp.bind(port, '127.0.0.1');
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);

  const texts = () => connections.map(chunks => Buffer.concat(chunks).toString());
  return {
    port,
    texts,
    datagrams: () => [...datagrams],
    lines: () => [...texts(), ...datagrams.map(String)].flatMap(linesOf),
    stop: async () => {
      tcp.close();
      for (const socket of sockets) socket.destroy();
      udp.close();
      await Promise.all([once(tcp, 'close'), once(udp, 'close')]);
    },
  };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
