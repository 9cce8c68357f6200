import { seconds } from '../errors.ts';

/**
 * Resolves or rejects as the work does, but rejects with an Error after `limit` milliseconds, and with its reason as soon as
 * one of `stopped` rejects. The work goes on, and its result is ignored: a file system that does not answer (NFS, FUSE)
 * cannot be interrupted.
 */
export async function withinTime<T>(
  work: Promise<T>,
  limit: number,
  ...stopped: readonly Promise<never>[]
): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${TOO_SLOW} ${seconds(limit)} (pull-timeout)`);
    clock = setTimeout(() => setImmediate(reject, error), limit);
  });
  return await Promise.race([work, late, ...stopped]).finally(() => clearTimeout(clock));
}

const TOO_SLOW = 'there are too many files to look through, or the file system does not answer, within';
