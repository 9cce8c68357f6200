import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Failure } from '../errors.ts';
import { explain } from './failure.ts';

/** A destination's directory, and the process that works there. */
export interface SpoolDirectory {
  /** For messages. */
  readonly where: string;
  /** Leads there whatever is renamed meanwhile. */
  readonly path: string;
  /** This process, as owner.ts names it. */
  readonly self: string;
  readonly report: (failure: Failure) => void;
}

/** Some file systems know no fsync of a directory. */
const UNKNOWN = 'EINVAL';

/**
 * Has the names in the directory on the disk: a rename is not there before that, rename(2) and fsync(2). Where that fails the
 * files are whole all the same, so it is reported.
 */
export function syncDirectory({ path, where, report }: SpoolDirectory): void {
  try {
    const directory = openSync(path, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch (error) {
    if (errorCode(error) === UNKNOWN) return;
    report(
      new Failure(
        'spool',
        where,
        `this run was kept, but a power failure may lose it: ${explain(error)}`,
        error,
      ),
    );
  }
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** A file's path for messages. */
export function showFile({ where }: SpoolDirectory, name: string): string {
  return join(where, name);
}
