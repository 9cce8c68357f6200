import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Batch } from '../types.ts';
import { checkBatch, readBatch } from './batch.ts';
import { removeIfThere } from './directory.ts';
import { explain } from './failure.ts';
import { type Entry, nameClaimed } from './name.ts';
import { isAlive } from './owner.ts';

/** A destination's directory, and the process that works there. */
export interface Place {
  readonly directory: string;
  readonly self: string;
  readonly report: (failure: Failure) => void;
}

/** Claims a batch and sees that it is whole; undefined when it is another's, gone, or damaged. */
export function takeWhole(place: Place, entry: Entry): Batch | undefined {
  const { directory, self, report } = place;
  if (!claim(place, entry)) return undefined;
  const path = join(directory, nameClaimed(entry.base, self));
  try {
    checkBatch(path);
    return hold(place, entry.base, entry);
  } catch (error) {
    const aside = join(directory, `${entry.base}.damaged`);
    renameSync(path, aside);
    const what = `a damaged batch of ${entry.datapoints} datapoints was moved aside, they are lost: ${reason(error)}`;
    report(new Failure('deliver', aside, what, error));
    return undefined;
  }
}

/** One rename: of several processes that try, it succeeds for one. */
export function claim({ directory, self }: Place, { base, name, owner }: Entry): boolean {
  const path = join(directory, name);
  if (owner !== undefined && isAlive(owner, path)) return false;
  try {
    renameSync(path, join(directory, nameClaimed(base, self)));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** A batch that this process has claimed. */
export function hold(
  { directory, self, report }: Place,
  base: string,
  { timestamp, datapoints }: Pick<Entry, 'timestamp' | 'datapoints'>,
): Batch {
  const tell = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      report(new Failure('spool', path, `${what}: ${explain(error)}`, error));
    }
  };
  const path = join(directory, nameClaimed(base, self));
  return {
    timestamp,
    datapoints,
    packets: (limit, refuse) => readBatch(path, limit, refuse),
    remove: () => tell('cannot be removed, and will be sent again', () => removeIfThere(path)),
    release: () => tell('cannot be released', () => renameSync(path, join(directory, base))),
  };
}
