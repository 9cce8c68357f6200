import { hostname, networkInterfaces } from 'node:os';
import type { Readable } from 'node:stream';
import type { FileSource, HookSource } from '../../plan.ts';
import type { HookSeries } from '../../types.ts';
import { isHookStatsFile, readDirectory } from '../gunicorn/directory.ts';
import type { Share } from '../limits.ts';
import { isDbFile, readMultiprocess } from '../prometheus/multiprocess/directory.ts';
import { inSlices } from '../slices.ts';
import { type Context, nameApplications, namePages, parseSnapshot } from '../snapshot.ts';
import { collect } from './collect.ts';
import { type Directory, limitDirectory } from './directory.ts';
import { readFile } from './file.ts';
import { closeFile, openUntrusted, statOf } from './untrusted-file.ts';
import { readUrl } from './url.ts';

/** The limits and streams for reading a source. */
interface Access {
  readonly stdin: () => Readable;
  /** Most milliseconds since a file was written. */
  readonly maxAge: number;
  /** Whether the workers are given one by one as well. */
  readonly workers: boolean;
  readonly share: Share;
  /** Milliseconds for connecting; `signal` is aborted after as many. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Reads one snapshot of any format. Throws an Error or a Failure if it cannot be read whole. */
export async function readSource(source: HookSource, access: Access): Promise<readonly HookSeries[]> {
  const takeTurn = inSlices(access.signal);
  const { label, app } = source;
  const { workers, share } = access;
  const context: Context = { source: label, app, local: isLocal(source), workers, share, takeTurn };
  const parse = (bytes: Buffer) => parseSnapshot(bytes, context);
  switch (source.kind) {
    case 'file':
      return await readPath(source, access, parse, context);
    case 'stdin':
      return await parse(await readStdin(access));
    case 'url':
      return await parse(await readUrl(source, share, access.signal));
    case 'zmq': {
      const { askCollector } = await import('./zmq.ts');
      return await parse(await askCollector(source, access.timeout, access.signal));
    }
    case 'redis': {
      const { readStore } = await import('./redis.ts');
      return await namePages(await readStore(source, access), context);
    }
  }
}

/** Node takes a directory for an empty stream. */
async function readStdin({ stdin, share, signal }: Access): Promise<Buffer> {
  const stream: Readable & { readonly fd?: number } = stdin();
  const isDirectory = stream.fd !== undefined && (await statOf(stream.fd)).isDirectory();
  if (isDirectory) throw new Error('is a directory: give its path in place of "-"');
  return await collect(stream, share, signal);
}

async function readPath(
  source: FileSource,
  { maxAge, share, signal }: Access,
  parse: (bytes: Buffer) => Promise<readonly HookSeries[]>,
  context: Context,
): Promise<readonly HookSeries[]> {
  const file = await openUntrusted(source.path);
  if (!file.stats.isDirectory()) return await parse(await readFile(file, maxAge, share, signal));
  try {
    return await readFiles(() => limitDirectory(source.path, file.fd, share), context);
  } finally {
    await closeFile(file.fd);
  }
}

/** Reads a directory with files of prometheus_client, of hook_stats.py, or both. */
async function readFiles(open: () => Directory, context: Context): Promise<readonly HookSeries[]> {
  const names = await open().list();
  const hasPages = names.some(isDbFile);
  const applications =
    hasPages && !names.some(isHookStatsFile) ? [] : await readDirectory(open, Date.now(), context.takeTurn);
  const counted = nameApplications(applications, context);
  if (!hasPages) return counted;
  return [...counted, ...(await namePages(await readMultiprocess(open(), names, context), context))];
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
