import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP port that leaves every connection unanswered, neither accepted nor refused. */
type FullListener = {
  readonly port: number;
  stop(): void;
};

const LISTEN = `
import socket, sys
listener = socket.create_server(("127.0.0.1", 0), backlog=0)
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
`;

/** Listens without ever accepting and fills the queue; in Python, because Node always accepts. */
export async function startFullListener(): Promise<FullListener> {
  const child = spawn('python3', ['-c', LISTEN], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(line);
  const fillers: Socket[] = [];
  for (let filler = 0; filler < 4; filler++) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => socket.destroy()); // those the queue has no room for
    fillers.push(socket);
  }
  await once(fillers[0] as Socket, 'connect');
  return {
    port,
    stop: () => {
      for (const socket of fillers) socket.destroy();
      child.kill();
    },
  };
}
