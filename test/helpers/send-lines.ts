import { connect } from 'node:net';

/** Sends lines of Graphite's plaintext protocol over TCP; resolves when the receiver has read them and closed. */
export async function sendLines(port: number, lines: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end(lines.map(line => `${line}\n`).join(''));
  await socket.toArray();
}
