import { constants, createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { seconds } from '../../errors.ts';
import { collect } from './collect.ts';

/** Whatever waits for its other end (a FIFO without a writer) would hold a thread, and so the run, for ever. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Reads a file that was written within the last `maxAge` milliseconds. */
export async function readFile(path: string, maxAge: number, signal: AbortSignal): Promise<Buffer> {
  const stats = await stat(path);
  const age = Date.now() - stats.mtimeMs;
  if (stats.isFile() && age > maxAge) {
    const old = `was written ${Math.round(age / 1000)} s ago`;
    throw new Error(`${old}, more than ${seconds(maxAge)} (hook-max-age): does what writes it still run?`);
  }
  const fd = openSync(path, FLAGS);
  const stream = stats.isFIFO() ? new Socket({ fd, writable: false }) : createReadStream(path, { fd });
  return await collect(stream, signal);
}
