import { errorCode, Failure, reason } from '../errors.ts';

/** Acts on the disk; turns an error into a Failure that ends with what to do. */
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

/** Puts an error of the disk into words, with what to do. */
export function explainDiskError(error: unknown): string {
  const remedy = REMEDIES[errorCode(error)];
  return remedy === undefined ? reason(error) : `${reason(error)}; ${remedy}`;
}
