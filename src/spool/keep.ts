import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { countLines } from '../count.ts';
import type { Batch, Packet } from '../types.ts';
import { writeBatch } from './batch.ts';
import { hold, type Place } from './claim.ts';
import { removeIfThere, syncDirectory } from './directory.ts';
import { nameBatch, nameClaimed, nameTemporary } from './name.ts';

/** The most datapoints of a file: what is sent or dropped as one. A run of more is kept in several. */
const LARGEST_BATCH = 50_000;

/** Numbers the batches of this process, whatever their destination. */
let written = 0;

/** All or nothing: what was written of a run that did not fit is removed again. The batches are claimed from the start. */
export function keep(place: Place, timestamp: number, packets: Iterable<Packet>): readonly Batch[] {
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
      batches.push(writeOne(place, timestamp, takePart()));
    }
    if (batches.length > 0) syncDirectory(place.directory);
    return batches;
  } catch (error) {
    for (const batch of batches) batch.remove();
    throw error;
  }
}

function writeOne(place: Place, timestamp: number, packets: Iterable<Packet>): Batch {
  const { directory, self } = place;
  const number = written++;
  const temporary = join(directory, nameTemporary(number, self));
  try {
    const datapoints = writeBatch(temporary, timestamp, packets);
    const base = nameBatch(timestamp, number, datapoints, self);
    renameSync(temporary, join(directory, nameClaimed(base, self)));
    return hold(place, base, { timestamp, datapoints });
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}
