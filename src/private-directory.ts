import { constants, fstatSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, Failure, reason } from './errors.ts';

/** The purpose of a directory, for messages, and the code of a Failure to use it. */
export interface DirectoryUse {
  readonly name: 'spool' | 'store';
  readonly code: 'spool' | 'deliver';
}

/**
 * Creates a directory for this user alone if it is missing (0700; its parent has to exist) and opens it. Returns a path that
 * leads there as long as this process runs, even if somebody exchanges a directory above it: proc_pid_fd(5). `shown` is the
 * path for messages. Throws a Failure that says what to do if it is a link, or if others own it or may write to it.
 */
export function holdDirectory(path: string, shown: string, { name, code }: DirectoryUse): string {
  const fail = (what: string, cause?: unknown): Failure => new Failure(code, shown, what, cause);
  const bare = resolve(path); // behind a slash a link would be followed
  try {
    mkdirSync(bare, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      const remedy = `make it: install -d -m 700 -o ${process.getuid?.()} ${shown}`;
      throw fail(`the ${name} directory cannot be made: ${reason(error)}; ${remedy}`, error);
    }
  }
  const link = explainLink(lstatSync(bare), name);
  if (link !== undefined) throw fail(link);
  const directory = openDirectory(bare, name, fail);
  const stats = fstatSync(directory);
  const refusal = explainOwner(stats, name) ?? explainMode(stats, shown, name);
  if (refusal !== undefined) throw fail(refusal);
  return `/proc/self/fd/${directory}`;
}

/**
 * Returns the reason for which `holdDirectory` refuses a directory of any user, as far as one who may not open it can see. The
 * path has no slash at its end, behind which a link would be followed.
 */
export function explainRefusal(path: string, name: DirectoryUse['name']): string | undefined {
  const stats = lstatSync(path);
  return explainLink(stats, name) ?? explainMode(stats, path, name);
}

function explainLink(stats: Stats, name: string): string | undefined {
  if (!stats.isSymbolicLink()) return undefined;
  return `the ${name} is a symbolic link, which is not followed: name the directory itself`;
}

/** It stays open until the process ends. */
function openDirectory(path: string, name: string, fail: (what: string, cause: unknown) => Failure): number {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const isOther = ['ENOTDIR', 'ELOOP'].includes(errorCode(error));
    const advice = errorCode(error) === 'EACCES' ? '; run as its owner, or name another directory' : '';
    const what = isOther
      ? `the ${name} is not a directory: name another, or move this away`
      : `the ${name} directory cannot be opened: ${reason(error)}${advice}`;
    throw fail(what, error);
  }
}

function explainOwner(stats: Stats, name: string): string | undefined {
  const user = process.getuid?.();
  if (user === undefined || stats.uid === user) return undefined;
  return `the ${name} directory belongs to user ${stats.uid}, this is user ${user}: run as its owner, or name another directory`;
}

/** The mode bit of directories for everybody, like /tmp. */
const STICKY = 0o1000;

function explainMode(stats: Stats, shown: string, name: string): string | undefined {
  if ((stats.mode & 0o022) === 0) return undefined;
  const remedy =
    (stats.mode & STICKY) === 0 ? `chmod 700 ${shown}` : `name one below it, ${shown}/hap-monitor`;
  return `the ${name} directory can be written to by others (mode ${(stats.mode & 0o7777).toString(8)}): ${remedy}`;
}
