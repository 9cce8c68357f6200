import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Unix sockets that Node cannot make; each function gives the one that ends it.

const FULL = `
import socket, sys
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen(0)
fillers = []
try:
    while True:
        filler = socket.socket(socket.AF_UNIX); filler.setblocking(False); filler.connect(sys.argv[1]); fillers.append(filler)
except BlockingIOError: print('full', flush=True)
sys.stdin.read()
`;

const DATAGRAM = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); listener.bind(sys.argv[1]); print('bound', flush=True)
sys.stdin.read()
`;

/** A socket that accepts nobody and has as many waiting as it lets wait. */
export async function startFullSocket(path: string): Promise<() => Promise<void>> {
  return await start(FULL, path);
}

/** A socket for datagrams, as syslog has. */
export async function startDatagramSocket(path: string): Promise<() => Promise<void>> {
  return await start(DATAGRAM, path);
}

async function start(script: string, path: string): Promise<() => Promise<void>> {
  const child = spawn('python3', ['-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}
