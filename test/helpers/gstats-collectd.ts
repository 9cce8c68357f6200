import { fileURLToPath } from 'node:url';
import { acceptsOn, freePort, type Started, startProcess } from '../../tools/players/process.ts';

const script = fileURLToPath(new URL('gstats-collectd.py', import.meta.url));

/** Plays gstats-collectd: Debian's own Python and ZeroMQ answer STATS with the file's text, after `delay` seconds. */
export async function startCollector(
  file: string,
  delay = 0,
): Promise<Started & { readonly source: string }> {
  const port = await freePort();
  const started = await startProcess('/usr/bin/python3', [script, String(port), file, String(delay)], {
    ready: () => acceptsOn(port),
  });
  return { ...started, source: `zmq+tcp://127.0.0.1:${port}` };
}
