import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { countLines } from '../count.ts';
import type { Batch, Packet } from '../types.ts';
import { writeBatch } from './batch.ts';
import { hold } from './claim.ts';
import { removeIfThere, type SpoolDirectory, syncDirectory } from './directory.ts';
import { nameBatch, nameClaimed, nameTemporary } from './name.ts';

/** Most datapoints of a file, which is sent or dropped as one; a larger run has several files. */
const LARGEST_BATCH = 50_000;

/** Numbers the batches of this process, whatever their destination. */
let written = 0;

/** Stores a run durably, all or nothing, as batches that this process has already claimed. */
export function keep(
  directory: SpoolDirectory,
  timestamp: number,
  packets: Iterable<Packet>,
): readonly Batch[] {
  const batches: Batch[] = [];
  const source = packets[Symbol.iterator]();
  try {
    for (let next = source.next(); !next.done; ) {
      const takePart = function* (): Iterable<Packet> {
        for (let count = 0; !next.done && count < LARGEST_BATCH; next = source.next()) {
          count += countLines(next.value);
          yield next.value;
        }
      };
      batches.push(writeOne(directory, timestamp, takePart()));
    }
    if (batches.length > 0) syncDirectory(directory);
    return batches;
  } catch (error) {
    for (const batch of batches) batch.remove();
    throw error;
  }
}

/** Writes one batch, which this process has already claimed. */
export function writeOne(directory: SpoolDirectory, timestamp: number, packets: Iterable<Packet>): Batch {
  const { path, self } = directory;
  const number = written++;
  const temporary = join(path, nameTemporary(number, self));
  try {
    const datapoints = writeBatch(temporary, timestamp, packets);
    const base = nameBatch(timestamp, number, datapoints, self);
    renameSync(temporary, join(path, nameClaimed(base, self)));
    return hold(directory, base, { timestamp, datapoints });
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}
