import { closeSync, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, Failure } from '../errors.ts';
import { explainDiskError } from './failure.ts';

/** A destination's directory, and the process that works there. */
export interface SpoolDirectory {
  /** The path for messages. */
  readonly where: string;
  /** A path that leads there whatever is renamed meanwhile. */
  readonly path: string;
  /** This process's name, see owner.ts. */
  readonly self: string;
  readonly report: (failure: Failure) => void;
}

/** The error of file systems without fsync of directories. */
const UNKNOWN = 'EINVAL';

/**
 * Calls fsync(2) on the directory, so that renames already made survive a power failure. Calls `report` with a failure
 * instead of throwing it, since the files are whole without it; a file system that cannot do so (EINVAL) is no failure.
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
        `this run was kept, but a power failure may lose it: ${explainDiskError(error)}`,
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

/** Returns a file's path for messages. */
export function showFile({ where }: SpoolDirectory, name: string): string {
  return join(where, name);
}
