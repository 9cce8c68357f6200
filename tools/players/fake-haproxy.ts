import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

/** The answer to the first line of a connection, or a function that does as it likes with line and socket. */
export type Answer = string | Buffer | ((command: string, socket: Socket) => void);

/** A server that plays HAProxy's stats socket; `port` is 0 on a unix socket, `commands` are the lines so far. */
type FakeHaproxy = {
  readonly port: number;
  readonly commands: readonly string[];
  stop(): Promise<void>;
};

const fixtures = new URL('../../test/fixtures/haproxy/', import.meta.url);

/** Listens on a unix socket path or a port of 127.0.0.1 (0: a free one) and answers each connection's first line. */
export async function serveAnswers(
  where: string | { readonly port: number },
  answer: Answer,
): Promise<FakeHaproxy> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // a client may leave at any time, also in the middle of an answer
    onFirstLine(socket, command => {
      commands.push(command);
      if (typeof answer === 'function') answer(command, socket);
      else socket.end(answer);
    });
  });
  server.listen(typeof where === 'string' ? { path: where } : { port: where.port, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    commands,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function onFirstLine(socket: Socket, use: (line: string) => void): void {
  let text = '';
  const read = (chunk: Buffer) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0) return;
    socket.off('data', read).resume();
    use(text.slice(0, end));
  };
  socket.on('data', read);
}

/** A fixture folder's answer to `show info;show stat`; `process` picks one of several, as in p1.info.txt. */
export function recorded(folder: string, process?: string): string {
  const prefix = process === undefined ? '' : `${process}.`;
  return [`${prefix}info.txt`, `${prefix}stat.csv`].map(file => block(`${folder}/${file}`)).join('');
}

function block(file: string): string {
  const text = readFileSync(new URL(file, fixtures), 'utf8');
  return `${text.replace(/\n+$/, '')}\n\n`;
}
