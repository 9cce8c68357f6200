import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type PythonListener, startPythonListener } from './python-listener.ts';

const LISTEN = `
import signal, socket
listener = socket.create_server(("127.0.0.1", 0), backlog=0)
print(listener.getsockname()[1], flush=True)
signal.pause()
`;

/** Listens without ever accepting and fills the queue, so that connections are neither accepted nor refused; Node always accepts. */
export async function startFullListener(): Promise<PythonListener> {
  const { port, stop } = await startPythonListener(LISTEN);
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
      stop();
    },
  };
}
