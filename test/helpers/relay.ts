import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startProcess } from '../../tools/players/process.ts';

/** Where the relay's two carbons listen. */
export type RelayOptions = {
  readonly dir: string;
  readonly carbons: readonly [port: number, port: number];
  /** That of an earlier one, to start it again. */
  readonly port?: number;
};

export type Relay = { readonly port: number; output(): string; stop(): Promise<void> };

/** Seconds in place of the shipped configuration's intervals of 60. */
export const interval = 2;

const shipped = 'contrib/carbon-c-relay/carbon-c-relay.conf';

/**
 * Starts the real carbon-c-relay with the shipped configuration, its addresses and seconds replaced. Its own statistics stay
 * once a minute: the 3 s after which it closes an idle connection do not shrink either.
 */
export async function startRelay({ dir, carbons, ...options }: RelayOptions): Promise<Relay> {
  const port = options.port ?? (await freePort());
  const replacements = [
    [' 2003 proto', ` 127.0.0.1:${port} proto`],
    ['10.0.0.11:2003', `127.0.0.1:${carbons[0]}`],
    ['10.0.0.12:2003', `127.0.0.1:${carbons[1]}`],
    ['\n    every 60 seconds', `\n    every ${interval} seconds`],
    ['after 120 seconds', 'after 5 seconds'],
    ['after 190 seconds', 'after 8 seconds'],
  ] as const;
  let text = await readFile(shipped, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${shipped} has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  const file = join(dir, 'carbon-c-relay.conf');
  await writeFile(file, text);
  const started = await startProcess('carbon-c-relay', ['-f', file, '-w', '1'], {
    ready: async output => output.includes('startup sequence complete'), // a client that comes before that can crash it
  });
  return { port, output: started.output, stop: () => started.stop() };
}

/** Whether anybody has a connection to a port, also one that the port's owner, gone perhaps, has closed on his side. */
export async function isConnectedTo(port: number): Promise<boolean> {
  // proc_net_tcp(5): addresses and states in hexadecimal, the remote address third; 01 is ESTABLISHED, 08 CLOSE_WAIT.
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'latin1')).split('\n').map(row => row.trim().split(/ +/));
  return rows.some(([, , to, state]) => to?.endsWith(remote) && (state === '01' || state === '08'));
}
