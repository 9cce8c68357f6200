import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Batch } from '../types.ts';
import { checkBatch, Damage, readBatch } from './batch.ts';
import { removeIfThere, type SpoolDirectory, showFile } from './directory.ts';
import { explainDiskError } from './failure.ts';
import { type Entry, nameClaimed } from './name.ts';
import { isAlive } from './owner.ts';

/** Claims a batch and checks that it is whole; undefined if it is another's, gone, damaged, or unreadable now. */
export function takeWhole(directory: SpoolDirectory, entry: Entry): Batch | undefined {
  if (!claim(directory, entry)) return undefined;
  const batch = hold(directory, entry.base, entry);
  try {
    checkBatch(join(directory.path, nameClaimed(entry.base, directory.self)));
    return batch;
  } catch (error) {
    if (error instanceof Damage) setAside(directory, entry, error);
    else {
      batch.release();
      directory.report(explainUnreadable(directory, entry, error));
    }
    return undefined;
  }
}

function explainUnreadable(directory: SpoolDirectory, { base, datapoints }: Entry, error: unknown): Failure {
  const path = showFile(directory, base);
  const why =
    errorCode(error) === 'EACCES'
      ? `${reason(error)}; chown ${process.getuid?.()} ${path}`
      : explainDiskError(error);
  return new Failure(
    'spool',
    path,
    `a batch of ${datapoints} datapoints cannot be read and stays here: ${why}`,
    error,
  );
}

/** Renames a damaged batch, so that no later run looks at it. */
function setAside(directory: SpoolDirectory, { base, datapoints }: Entry, damage: Damage): void {
  const aside = `${base}.damaged`;
  renameSync(join(directory.path, nameClaimed(base, directory.self)), join(directory.path, aside));
  const what = `a damaged batch of ${datapoints} datapoints was moved aside, they are lost: ${damage.message}`;
  directory.report(new Failure('deliver', showFile(directory, aside), what, damage));
}

/** Claims a batch by one rename, which succeeds for one process alone; returns whether it did. */
export function claim({ path, self }: SpoolDirectory, { base, name, owner }: Entry): boolean {
  const file = join(path, name);
  if (owner !== undefined && isAlive(owner, file)) return false;
  try {
    renameSync(file, join(path, nameClaimed(base, self)));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Returns the Batch for a file that this process has claimed. */
export function hold(
  directory: SpoolDirectory,
  base: string,
  { timestamp, datapoints }: Pick<Entry, 'timestamp' | 'datapoints'>,
): Batch {
  const name = nameClaimed(base, directory.self);
  const file = join(directory.path, name);
  const tell = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      directory.report(
        new Failure('spool', showFile(directory, name), `${what}: ${explainDiskError(error)}`, error),
      );
    }
  };
  return {
    timestamp,
    datapoints,
    *packets(limit, refuse) {
      try {
        yield* readBatch(file, limit, refuse);
      } catch (error) {
        throw new Failure(
          'spool',
          showFile(directory, base),
          `cannot be read: ${explainDiskError(error)}`,
          error,
        );
      }
    },
    remove: () => tell('cannot be removed, and will be sent again', () => removeIfThere(file)),
    release: () => tell('cannot be released', () => renameSync(file, join(directory.path, base))),
  };
}
