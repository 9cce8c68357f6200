import type { Readable } from 'node:stream';
import type { FileSource, HookSeries, HookSource } from '../../types.ts';
import { readDirectory } from '../gunicorn/directory.ts';
import { inSlices, type Yield } from '../slices.ts';
import { nameApplications, parseSnapshot } from '../snapshot.ts';
import { collect } from './collect.ts';
import { limitDirectory } from './directory.ts';
import { readFile } from './file.ts';
import { closeFile, openUntrusted } from './untrusted-file.ts';
import { readUrl } from './url.ts';

/** What reading a source takes beside the source. */
interface Access {
  readonly stdin: () => Readable;
  /** Milliseconds. */
  readonly maxAge: number;
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
      return await parse(await askCollector(source, access.signal));
    }
  }
}

async function readPath(
  { path, app }: FileSource,
  { maxAge, signal }: Access,
  parse: (bytes: Buffer) => Promise<readonly HookSeries[]>,
  takeTurn: Yield,
): Promise<readonly HookSeries[]> {
  const file = await openUntrusted(path);
  if (!file.stats.isDirectory()) return await parse(await readFile(file, maxAge, signal));
  try {
    const open = () => limitDirectory(path, file.fd);
    return nameApplications(await readDirectory(open, Date.now(), takeTurn), app);
  } finally {
    await closeFile(file.fd);
  }
}

/** Whether the snapshot is about processes of this machine, as far as its source tells. */
function isLocal(source: HookSource): boolean {
  if (source.kind === 'url') return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(source.url).hostname);
  return source.kind === 'file';
}
