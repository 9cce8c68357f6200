import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that listens at a TCP port. */
export interface PythonListener {
  readonly port: number;
  /** Ends the process, which closes its connections. */
  stop(): void;
}

/** Starts a script that prints its port; in Python, because Node gives no access to a socket's options. */
export async function startPythonListener(script: string): Promise<PythonListener> {
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { port: Number(line), stop: () => void child.kill() };
}
