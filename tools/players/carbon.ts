import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, startProcess, waitFor } from './process.ts';
import { listWhisper, readWhisper } from './whisper.ts';

/** Where carbon keeps its files (whisper: DIR/storage/whisper), and how long. */
type CarbonOptions = {
  readonly dir: string;
  readonly whisperRoot?: string;
  readonly retention?: string;
  /** That of an earlier one, to start it again. */
  readonly port?: number;
};

/** A running carbon-cache that takes lines over TCP and UDP on one port; they are on disk about a second later. */
export type Carbon = {
  readonly pid: number;
  readonly port: number;
  readonly whisperRoot: string;
  read(metric: string): Promise<Map<number, number>>;
  list(): Promise<string[]>;
  settled(count: number, limitMs?: number): Promise<string[]>;
  /** Counts the datagrams that the kernel has dropped because carbon was slow; waits for those that it still holds. */
  droppedDatagrams(): Promise<number>;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts the real carbon-cache in a directory as the current user; stopping it drops what it has not written yet. */
export async function startCarbon(options: CarbonOptions): Promise<Carbon> {
  const { dir, whisperRoot = join(dir, 'storage', 'whisper'), retention = '1s:1h' } = options;
  const [port, queryPort] = [options.port ?? (await freePort()), await freePort()];
  const conf = join(dir, 'conf');
  await mkdir(conf, { recursive: true });
  await mkdir(whisperRoot, { recursive: true });
  await writeFile(join(conf, 'storage-schemas.conf'), `[all]\npattern = .*\nretentions = ${retention}\n`);
  await writeFile(join(conf, 'storage-aggregation.conf'), '');
  await writeFile(
    join(conf, 'carbon.conf'),
    `[cache]
STORAGE_DIR = ${join(dir, 'storage')}
LOCAL_DATA_DIR = ${whisperRoot}
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = ${port}
ENABLE_UDP_LISTENER = True
UDP_RECEIVER_INTERFACE = 127.0.0.1
UDP_RECEIVER_PORT = ${port}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = ${queryPort}
MAX_UPDATES_PER_SECOND = inf
LOG_CREATES = False
LOG_UPDATES = False
MAX_CREATES_PER_MINUTE = inf
CARBON_METRIC_INTERVAL = 0
ENABLE_TAGS = False
TAG_HASH_FILENAMES = False
`,
  );
  const started = await startProcess(
    'carbon-cache',
    [`--config=${join(conf, 'carbon.conf')}`, '--nodaemon', 'start'],
    { ready: () => closesAfterUs(port) },
  );
  const written = new Set<string>();
  const list = () => listWhisper(whisperRoot, written);
  return {
    pid: started.pid,
    port,
    whisperRoot,
    read: metric => readWhisper(join(whisperRoot, fileOf(metric))),
    list,
    settled: (count, limitMs) => settled(list, count, limitMs),
    droppedDatagrams: () =>
      waitFor(() => emptied(port), 'an empty UDP buffer').then(({ dropped }) => dropped),
    output: started.output,
    stop: started.stop,
  };
}

// The kernel accepts connections before carbon has bound its UDP port; only a running carbon closes one.
async function closesAfterUs(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').end().resume();
  let ended = false;
  socket.setTimeout(2_000, () => socket.destroy());
  socket.once('end', () => {
    ended = true;
  });
  return new Promise(resolve => {
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(ended));
  });
}

/** The line of a UDP port in /proc/net/udp: local address, bytes that wait (rx_queue, hex) and drops (the last column). */
async function emptied(port: number): Promise<{ readonly dropped: number } | false> {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/udp', 'utf8')).split('\n').map(line => line.trim().split(/\s+/));
  const columns = lines.find(([, local]) => local === address);
  if (columns === undefined) throw new Error(`no UDP socket on port ${port}`);
  const waiting = columns[4]?.split(':')[1];
  return Number.parseInt(waiting ?? '', 16) === 0 && { dropped: Number(columns.at(-1)) };
}

// Tags are off, so nothing is posted to a Graphite web, but a name with a semicolon is stored as a tagged series.
function fileOf(metric: string): string {
  if (!metric.includes(';')) return `${metric.replaceAll('.', '/')}.wsp`;
  const [name, ...tags] = metric.split(';');
  const series = [name, ...tags.sort()].join(';');
  const hash = createHash('sha256').update(series).digest('hex');
  return join('_tagged', hash.slice(0, 3), hash.slice(3, 6), `${series.replaceAll('.', '_DOT_')}.wsp`);
}

async function settled(list: () => Promise<string[]>, count: number, limitMs?: number): Promise<string[]> {
  let stored: string[] = [];
  const check = async () => {
    stored = await list();
    return stored.length === count && stored;
  };
  // Listing is work that a carbon in the middle of writing can do without.
  return waitFor(check, `${count} stored metrics`, limitMs, 20 + count / 50).catch(error => {
    throw new Error(`${error.message}, ${stored.length} are there: ${stored.slice(0, 5).join(' ')}`);
  });
}
