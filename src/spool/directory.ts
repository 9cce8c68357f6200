import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { errorCode, Failure, reason } from '../errors.ts';

/**
 * Makes the directory when it is missing (0700, its parent has to exist) and sees that nobody else can put files there or
 * replace them. Throws a Failure that says what to do.
 */
export function openDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      const remedy = `make it: install -d -m 700 -o ${process.getuid?.()} ${path}`;
      throw new Failure(
        'spool',
        path,
        `the spool directory cannot be made: ${reason(error)}; ${remedy}`,
        error,
      );
    }
  }
  const refusal = explainRefusal(path);
  if (refusal !== undefined) throw new Failure('spool', path, refusal);
}

/** Has the names in a directory on the disk: a rename is not there before that, rename(2) and fsync(2). */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Of a directory that is meant for everybody, like /tmp. */
const STICKY = 0o1000;

function explainRefusal(path: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink())
    return 'the spool is a symbolic link, which is not followed: name the directory itself';
  if (!stats.isDirectory()) return 'the spool is not a directory: name another, or move this away';
  const user = process.getuid?.();
  if (user !== undefined && stats.uid !== user)
    return `the spool directory belongs to user ${stats.uid}, this is user ${user}: run as its owner, or name another directory`;
  const mode = (stats.mode & 0o7777).toString(8);
  const remedy = (stats.mode & STICKY) === 0 ? `chmod 700 ${path}` : `name one below it, ${path}/hap-monitor`;
  if ((stats.mode & 0o022) !== 0)
    return `the spool directory can be written to by others (mode ${mode}): ${remedy}`;
  return undefined;
}
