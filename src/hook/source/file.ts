import { createReadStream } from 'node:fs';
import { Socket } from 'node:net';
import { seconds } from '../../errors.ts';
import type { Share } from '../limits.ts';
import { collect } from './collect.ts';
import { closeFile, type OpenFile } from './untrusted-file.ts';

/** Milliseconds by which the clocks of a file server and of this machine may differ. */
const SKEW = 60_000;

/** Reads an open file or FIFO to its end and closes it. Throws an Error for a file older than `maxAge` milliseconds. */
export async function readFile(
  { fd, stats }: OpenFile,
  maxAge: number,
  share: Share,
  signal: AbortSignal,
): Promise<Buffer> {
  if (stats.isFIFO()) return await collect(new Socket({ fd, writable: false }), share, signal);
  const refusal = stats.size > share.bytes ? share.tooLarge : findAgeProblem(stats.mtimeMs, maxAge);
  if (refusal === undefined) return await collect(createReadStream('', { fd }), share, signal);
  await closeFile(fd);
  throw new Error(refusal);
}

function findAgeProblem(written: number, maxAge: number): string | undefined {
  const age = Date.now() - written;
  if (age > maxAge) {
    const old = `was written ${Math.round(age / 1000)} s ago`;
    return `${old}, more than ${seconds(maxAge)} (hook-max-age): does what writes it still run?`;
  }
  if (maxAge === Infinity || age >= -SKEW) return undefined;
  const ahead = `was written ${Math.round(-age / 1000)} s in the future`;
  return `${ahead}, more than ${seconds(SKEW)}: was a clock wrong? Write it anew`;
}
