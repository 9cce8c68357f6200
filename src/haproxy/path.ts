import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCode } from '../errors.ts';

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
 * Waits for work until the signal is aborted, whose reason is thrown then: a file system that does not answer (NFS, FUSE)
 * hears no signal, so it is left alone.
 */
export async function orAbandon<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abandon = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abandon = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abandon, { once: true });
  try {
    if (signal.aborted) abandon();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
