import { closeSync, constants, fstatSync, open, readdir, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { Failure, reason } from '../errors.ts';

/** Most bytes of a file: far more than any config file or list of names has. */
const LARGEST = 4 << 20;

/**
 * Returns the text of a regular file; refuses all else, since a FIFO or a device may give nothing, or never end. Throws a
 * Failure that begins with `where`.
 */
export async function readSmallFile(where: string, path: string): Promise<string> {
  return await attempt(where, async () => {
    // In a thread, since a file system may not answer (NFS, FUSE); the rest is not, since a turn there takes 0.3 ms.
    const file = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
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
  return (await attempt(where, () => promisify(readdir)(path))).sort();
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

async function attempt<T>(where: string, access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(where, reason(error), error);
  }
}

function unreadable(where: string, why: string, cause?: unknown): Failure {
  return new Failure('usage', where, `cannot be read: ${why}`, cause);
}
