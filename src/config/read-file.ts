import { closeSync, constants, fstatSync, openSync, readdir, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { Failure, reason } from '../errors.ts';
import { statPath } from '../stat-path.ts';

/** Most bytes of a file: far more than any config file or list of names has. */
const LARGEST = 4 << 20;

/**
 * Returns the text of a regular file; refuses all else, since a FIFO or a device may give nothing, or never end. Throws a
 * Failure that begins with `where`.
 */
export async function readSmallFile(where: string, path: string): Promise<string> {
  await statPath(path).catch(() => undefined); // a file system that does not answer (NFS, FUSE) holds a thread, not the process
  return attempt(where, () => {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile())
        throw unreadable(where, stats.isDirectory() ? 'it is a directory' : 'it is no regular file');
      return readAtMost(where, file);
    } finally {
      closeSync(file);
    }
  });
}

/** Returns the names of the files in a directory, sorted. Throws a Failure that begins with `where`. */
export async function listDirectory(where: string, path: string): Promise<readonly string[]> {
  try {
    return (await promisify(readdir)(path)).sort();
  } catch (error) {
    throw unreadable(where, reason(error), error);
  }
}

/** Reads up to the limit, whatever the size says: a file of /proc has none, and any file may grow. */
function readAtMost(where: string, file: number): string {
  const buffer = Buffer.allocUnsafe(LARGEST + 1);
  let length = 0;
  while (length < buffer.length) {
    const size = readSync(file, buffer, { offset: length });
    if (size === 0) return buffer.toString('utf8', 0, length);
    length += size;
  }
  throw unreadable(where, `it is larger than ${LARGEST >> 20} MiB`);
}

function attempt<T>(where: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(where, reason(error), error);
  }
}

function unreadable(where: string, why: string, cause?: unknown): Failure {
  return new Failure('usage', where, `cannot be read: ${why}`, cause);
}
