import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptsOn, freePort, startProcess } from './process.ts';

/** The shipped relay in small: where its two carbons listen, and how many seconds its intervals of 60 shrink to. */
export type RelayOptions = {
  readonly dir: string;
  readonly carbons: readonly [port: number, port: number];
  readonly interval: number;
  /** That of an earlier one, to start it again. */
  readonly port?: number;
};

export type Relay = { readonly port: number; output(): string; stop(): Promise<void> };

const shipped = 'contrib/carbon-c-relay/carbon-c-relay.conf';

/** Starts the real carbon-c-relay with the shipped configuration, its addresses and seconds replaced. */
export async function startRelay({ dir, carbons, interval, ...options }: RelayOptions): Promise<Relay> {
  const port = options.port ?? (await freePort());
  const replacements = [
    [' 2003 proto', ` 127.0.0.1:${port} proto`],
    ['10.0.0.11:2003', `127.0.0.1:${carbons[0]}`],
    ['10.0.0.12:2003', `127.0.0.1:${carbons[1]}`],
    ['every 60 seconds', `every ${interval} seconds`],
    ['after 120 seconds', `after ${2 * interval} seconds`],
  ] as const;
  let text = await readFile(shipped, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${shipped} has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  const file = join(dir, 'carbon-c-relay.conf');
  await writeFile(file, text);
  const started = await startProcess('carbon-c-relay', ['-f', file, '-w', '1'], {
    ready: () => acceptsOn(port),
  });
  return { port, output: started.output, stop: () => started.stop() };
}
