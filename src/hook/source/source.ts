import { hostname, networkInterfaces } from 'node:os';
import type { Readable } from 'node:stream';
import type { FileSource, HookSource } from '../../plan.ts';
import type { HookSeries } from '../../types.ts';
import { readDirectory } from '../gunicorn/directory.ts';
import { isDbFile, readMultiprocess } from '../prometheus/multiprocess/directory.ts';
import { shapePage } from '../prometheus/series.ts';
import type { PrometheusPage } from '../prometheus/text.ts';
import { inSlices, type Yield } from '../slices.ts';
import { nameApplications, parseSnapshot } from '../snapshot.ts';
import { collect } from './collect.ts';
import { type Directory, limitDirectory } from './directory.ts';
import { readFile } from './file.ts';
import { closeFile, openUntrusted } from './untrusted-file.ts';
import { readUrl } from './url.ts';

/** What reading a source takes beside the source. */
interface Access {
  readonly stdin: () => Readable;
  /** Milliseconds. */
  readonly maxAge: number;
  /** Milliseconds, for connecting. The signal comes when they are over, too. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Reads one snapshot, whatever it is written in. Throws an Error, or a Failure, when it cannot be read whole. */
export async function readSource(source: HookSource, access: Access): Promise<readonly HookSeries[]> {
  const takeTurn = inSlices(access.signal);
  const parse = (bytes: Buffer) =>
    parseSnapshot(bytes, { app: source.app, local: isLocal(source), takeTurn });
  switch (source.kind) {
    case 'file':
      return await readPath(source, access, parse, takeTurn);
    case 'stdin':
      return await parse(await collect(access.stdin(), access.signal));
    case 'url':
      return await parse(await readUrl(source, access.signal));
    case 'zmq': {
      const { askCollector } = await import('./zmq.ts');
      return await parse(await askCollector(source, access.timeout, access.signal));
    }
    case 'redis': {
      const { readStore } = await import('./redis.ts');
      return await shape(await readStore(source, access.timeout, access.signal), source, takeTurn);
    }
  }
}

async function readPath(
  source: FileSource,
  { maxAge, signal }: Access,
  parse: (bytes: Buffer) => Promise<readonly HookSeries[]>,
  takeTurn: Yield,
): Promise<readonly HookSeries[]> {
  const file = await openUntrusted(source.path);
  if (!file.stats.isDirectory()) return await parse(await readFile(file, maxAge, signal));
  try {
    return await readFiles(source, () => limitDirectory(source.path, file.fd), takeTurn);
  } finally {
    await closeFile(file.fd);
  }
}

/** A directory may hold files of prometheus_client, and those of hook_stats.py. */
async function readFiles(
  source: FileSource,
  open: () => Directory,
  takeTurn: Yield,
): Promise<readonly HookSeries[]> {
  const names = await open().list();
  if (!names.some(isDbFile))
    return nameApplications(await readDirectory(open, Date.now(), takeTurn), source.app);
  return await shape(await readMultiprocess(open(), names, takeTurn), source, takeTurn);
}

async function shape(
  page: PrometheusPage,
  source: HookSource,
  takeTurn: Yield,
): Promise<readonly HookSeries[]> {
  const series = await shapePage(page, isLocal(source), takeTurn);
  return series.map(one => ({ ...one, app: source.app }));
}

/** Whether the snapshot is about processes of this machine, as far as its source tells. */
function isLocal(source: HookSource): boolean {
  switch (source.kind) {
    case 'file':
      return true;
    case 'url':
      return source.hosts !== 'many' && isOwnName(new URL(source.url).hostname);
    case 'stdin':
    case 'zmq':
    case 'redis':
      return false;
  }
}

function isOwnName(name: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
  return (
    /^(localhost|127(\.\d+){3})$/.test(name) ||
    name === hostname().toLowerCase() ||
    own.some(({ address }) => address === name.replace(/^\[|\]$/g, ''))
  );
}
