import { type BigIntStats, stat } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode, seconds } from '../errors.ts';

/**
 * Returns the stats of what a path leads to; undefined if nothing is there. Uses big integers: Node 20 caches a socket's
 * plain stats, and then require() no longer follows symbolic links.
 */
export async function statPath(path: string): Promise<BigIntStats | undefined> {
  try {
    return await promisify(stat)(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Waits for a file system's work for at most `limit` milliseconds, and until one of `stopped` rejects. Then throws an Error;
 * the work goes on unheard, since a file system that does not answer (NFS, FUSE) hears no signal.
 */
export async function withinTime<T>(
  work: Promise<T>,
  limit: number,
  ...stopped: readonly Promise<never>[]
): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${TOO_SLOW} ${seconds(limit)} (pull-timeout)`);
    clock = setTimeout(() => setImmediate(reject, error), limit);
  });
  return await Promise.race([work, late, ...stopped]).finally(() => clearTimeout(clock));
}

const TOO_SLOW = 'there are too many files to look through, or the file system does not answer, within';
