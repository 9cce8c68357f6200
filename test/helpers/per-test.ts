import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { type Receiver, startReceiver } from '../../tools/players/receiver.ts';
import { tempDir } from './temp-dir.ts';

// Servers for tests of the command: started here, stopped when the test has finished.

/** A recorded HAProxy on a stats socket in a directory that is the test's own. */
export async function playHaproxy(
  folder = '2.6-p1',
): Promise<{ readonly dir: string; readonly socket: string }> {
  const dir = await tempDir();
  const socket = join(dir, 's.sock');
  const haproxy = await serveAnswers(socket, recorded(folder));
  onTestFinished(haproxy.stop);
  return { dir, socket };
}

/** A Graphite receiver, on a port of its own unless one is given. */
export async function receive(port?: number): Promise<Receiver> {
  const receiver = await startReceiver(port);
  onTestFinished(receiver.stop);
  return receiver;
}
