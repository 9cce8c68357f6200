import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { acceptsOn, freePort, startProcess } from '../../tools/players/process.ts';

/** A running statsd that takes lines over UDP and TCP on one port and never flushes, so that everything stays. */
export type Statsd = {
  readonly port: number;
  gauges(): Promise<Map<string, number>>;
  counters(): Promise<Map<string, number>>;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const shim = fileURLToPath(new URL('./statsd-shim.cjs', import.meta.url));
const stats = fileURLToPath(new URL('../../node_modules/statsd/stats.js', import.meta.url));
const answerEnd = 'END\n\n';

/** Starts the real npm statsd on a free loopback port. */
export async function startStatsd(): Promise<Statsd> {
  const dir = await mkdtemp(join(tmpdir(), 'hap-'));
  const [port, managementPort] = [await freePort(), await freePort()];
  const config = {
    servers: ['./servers/udp', './servers/tcp'].map(server => ({ server, address: '127.0.0.1', port })),
    mgmt_address: '127.0.0.1',
    mgmt_port: managementPort,
    backends: [],
    flushInterval: 3_600_000,
    automaticConfigReload: false,
  };
  const file = join(dir, 'statsd.json');
  await writeFile(file, JSON.stringify(config));
  const removeDir = () => rm(dir, { recursive: true, force: true });
  try {
    const started = await startProcess(process.execPath, ['-r', shim, stats, file], {
      // The management port comes last; its answer shows that the program runs and the other ports are bound.
      ready: async () =>
        (await acceptsOn(managementPort)) && (await ask(managementPort, 'gauges')).size === 0,
    });
    return {
      port,
      gauges: () => ask(managementPort, 'gauges'),
      counters: () => ask(managementPort, 'counters'),
      stop: async signal => {
        await started.stop(signal);
        await removeDir();
      },
    };
  } catch (error) {
    await removeDir();
    throw error;
  }
}

// The management port takes one command a write and answers with the text of util.inspect, a JavaScript object literal.
async function ask(port: number, command: string): Promise<Map<string, number>> {
  const socket = connect(port, '127.0.0.1');
  socket
    .setEncoding('utf8')
    .setTimeout(5_000, () => socket.destroy(new Error(`statsd: no end of ${command}`)));
  socket.write(`${command}\n`);
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith(answerEnd)) break;
  }
  if (!text.endsWith(answerEnd)) throw new Error(`statsd: cut answer to ${command}: ${text}`);
  const literal = text.slice(0, -answerEnd.length);
  return new Map(Object.entries<number>(runInNewContext(`(${literal})`, Object.create(null))));
}
