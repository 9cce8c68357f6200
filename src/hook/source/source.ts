import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { HookSeries, HookSource } from '../../types.ts';
import { readDirectory } from '../gunicorn/directory.ts';
import { nameApplications, parseSnapshot } from '../snapshot.ts';
import { collect } from './collect.ts';
import { readFile } from './file.ts';
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
  if (source.kind === 'file' && (await stat(source.path)).isDirectory())
    return nameApplications(await readDirectory(source.path, Date.now()), source.app);
  return parseSnapshot(await readBytes(source, access), { app: source.app, local: isLocal(source) });
}

async function readBytes(source: HookSource, { stdin, maxAge, signal }: Access): Promise<Buffer> {
  switch (source.kind) {
    case 'file':
      return await readFile(source.path, maxAge, signal);
    case 'stdin':
      return await collect(stdin(), signal);
    case 'url':
      return await readUrl(source, signal);
    case 'zmq': {
      const { askCollector } = await import('./zmq.ts');
      return await askCollector(source, signal);
    }
  }
}

/** Whether the snapshot is about processes of this machine, as far as its source tells. */
function isLocal(source: HookSource): boolean {
  if (source.kind === 'url') return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(source.url).hostname);
  return source.kind === 'file';
}
