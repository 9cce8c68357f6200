import { type BigIntStats, stat } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from '../errors.ts';

/**
 * Returns the file status of what a path leads to; undefined if nothing is there. Uses big integers because of Node 20: it
 * caches a socket's plain stats, and then require() no longer follows symbolic links.
 */
export async function statPath(path: string): Promise<BigIntStats | undefined> {
  try {
    return await promisify(stat)(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
