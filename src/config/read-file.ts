import { constants, type FileHandle, open, readdir } from 'node:fs/promises';
import { Failure, reason } from '../errors.ts';

/** Most bytes of a file: far more than any config file or list of names has. */
const LARGEST = 4 << 20;

/**
 * Returns the text of a regular file; refuses all else, since a FIFO or a device may give nothing, or never end. Throws a
 * Failure that begins with `where`.
 */
export async function readSmallFile(where: string, path: string): Promise<string> {
  const file = await attempt(where, open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const stats = await attempt(where, file.stat());
    if (!stats.isFile())
      throw unreadable(where, stats.isDirectory() ? 'it is a directory' : 'it is no regular file');
    return await attempt(where, readAtMost(where, file));
  } finally {
    await file.close();
  }
}

/** Returns the names of the files in a directory, sorted. Throws a Failure that begins with `where`. */
export async function listDirectory(where: string, path: string): Promise<readonly string[]> {
  return (await attempt(where, readdir(path))).sort();
}

/** Reads up to the limit, whatever the size says: a file of /proc has none, and any file may grow. */
async function readAtMost(where: string, file: FileHandle): Promise<string> {
  const buffer = Buffer.allocUnsafe(LARGEST + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    length += bytesRead;
  }
  throw unreadable(where, `it is larger than ${LARGEST >> 20} MiB`);
}

async function attempt<T>(where: string, access: Promise<T>): Promise<T> {
  try {
    return await access;
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(where, reason(error), error);
  }
}

function unreadable(where: string, why: string, cause?: unknown): Failure {
  return new Failure('usage', where, `cannot be read: ${why}`, cause);
}
