import { errorCode, Failure, reason } from '../errors.ts';

/**
 * Runs `act`, an operation on the disk, and returns its result. Turns an error into a Failure of code `spool`, with a remedy
 * if one is known; throws a Failure as it is.
 */
export function attempt<T>(where: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('spool', where, `${what}: ${explainDiskError(error)}`, error);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'run as its owner, or give this user the directory, mode 700',
  EDQUOT: 'make room, or lower queue-size',
  EFBIG: 'raise the limit (ulimit -f)',
  ENOSPC: 'make room, or lower queue-size',
  EROFS: 'name a directory on another file system',
};

/** Describes an error of the disk in words, with a remedy if one is known. */
export function explainDiskError(error: unknown): string {
  const remedy = REMEDIES[errorCode(error)];
  return remedy === undefined ? reason(error) : `${reason(error)}; ${remedy}`;
}
