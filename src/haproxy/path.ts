import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCode, seconds } from '../errors.ts';

/**
 * What a path leads to; undefined where nothing is there. In big integers, because Node 20 remembers a socket among the plain
 * ones, and then require() no longer follows symbolic links.
 */
export async function statPath(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Waits for work of a file system, but no longer than `limit` milliseconds, and not after `stopped` is rejected: one that does
 * not answer (NFS, FUSE) hears no signal, so it is left alone. Throws an Error then.
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
