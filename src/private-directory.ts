import { constants, fstatSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { errorCode, Failure, reason } from './errors.ts';

/** What a directory is for, as messages have it, and what failing to use it means. */
export interface DirectoryUse {
  readonly name: 'spool' | 'store';
  readonly code: 'spool' | 'deliver';
}

/**
 * Makes a directory of this user alone where it is missing (0700, its parent has to exist) and opens it. The path that it
 * gives leads there for as long as this process runs, whoever exchanges what is above: proc_pid_fd(5). `shown` is its path for
 * messages. Throws a Failure that says what to do where it is a link, or others own it or may write to it.
 */
export function holdDirectory(path: string, shown: string, { name, code }: DirectoryUse): string {
  const fail = (what: string, cause?: unknown): Failure => new Failure(code, shown, what, cause);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      const remedy = `make it: install -d -m 700 -o ${process.getuid?.()} ${shown}`;
      throw fail(`the ${name} directory cannot be made: ${reason(error)}; ${remedy}`, error);
    }
  }
  if (lstatSync(path).isSymbolicLink())
    throw fail(`the ${name} is a symbolic link, which is not followed: name the directory itself`);
  const directory = openDirectory(path, name, fail);
  const refusal = explainRefusal(fstatSync(directory), shown, name);
  if (refusal !== undefined) throw fail(refusal);
  return `/proc/self/fd/${directory}`;
}

/** It stays open until the process ends. */
function openDirectory(path: string, name: string, fail: (what: string, cause: unknown) => Failure): number {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const isOther = ['ENOTDIR', 'ELOOP'].includes(errorCode(error));
    const what = isOther
      ? `the ${name} is not a directory: name another, or move this away`
      : `the ${name} directory cannot be opened: ${reason(error)}; run as its owner, or name another directory`;
    throw fail(what, error);
  }
}

/** Of a directory that is meant for everybody, like /tmp. */
const STICKY = 0o1000;

function explainRefusal(stats: Stats, shown: string, name: string): string | undefined {
  const user = process.getuid?.();
  if (user !== undefined && stats.uid !== user)
    return `the ${name} directory belongs to user ${stats.uid}, this is user ${user}: run as its owner, or name another directory`;
  if ((stats.mode & 0o022) === 0) return undefined;
  const remedy =
    (stats.mode & STICKY) === 0 ? `chmod 700 ${shown}` : `name one below it, ${shown}/hap-monitor`;
  return `the ${name} directory can be written to by others (mode ${(stats.mode & 0o7777).toString(8)}): ${remedy}`;
}
