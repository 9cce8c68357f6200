import { type BigIntStats, statSync } from 'node:fs';

/**
 * What a path leads to; undefined where nothing is there. In big integers, because Node 20 remembers a socket among the plain
 * ones, and then require() no longer follows symbolic links.
 */
export function statPath(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
