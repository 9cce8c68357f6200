import { closeSync, constants, fstatSync, opendirSync, openSync, readSync, statSync } from 'node:fs';
import { errorCode, Failure, reason } from '../../errors.ts';

const MOST_FILES = 10_000;
const MOST_BYTES = 1024 * 1024;

// A FIFO would keep the reader waiting for somebody to write, a link lead it elsewhere.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** The matches of a pattern with the names in a directory: name, and what two groups caught. Throws a Failure. */
export function list(path: string, pattern: RegExp): readonly [string, string, string][] {
  const matches: [string, string, string][] = [];
  const directory = attempt(path, () => opendirSync(path));
  try {
    let files = 0;
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      files += 1;
      if (files > MOST_FILES)
        throw new Failure('read', path, `more than ${MOST_FILES} files: remove what does not belong there`);
      const match = pattern.exec(entry.name);
      if (match !== null) matches.push([match[0], match[1] ?? '', match[2] ?? '']);
    }
  } finally {
    directory.closeSync();
  }
  return matches;
}

/** A file of at most 1 MiB; undefined when there is none. Throws a Failure. */
export function readSmallFile(path: string): Buffer | undefined {
  try {
    const file = openSync(path, FLAGS);
    try {
      return readOpen(path, file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explain(path, error);
  }
}

function readOpen(path: string, file: number): Buffer {
  const stats = fstatSync(file);
  if (!stats.isFile()) throw new Failure('read', path, 'it is not a file: remove it');
  if (stats.size > MOST_BYTES)
    throw new Failure('read', path, `${stats.size} bytes, more than ${MOST_BYTES}: remove it`);
  const bytes = Buffer.alloc(stats.size);
  return bytes.subarray(0, readSync(file, bytes, 0, stats.size, 0));
}

/** What is thrown names the file and what to do. */
export function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw explain(path, error);
  }
}

function explain(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('read', path, say(path, error), error);
}

function say(path: string, error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `no such directory: make it for the application's user (install -d -o USER ${path}), and name it to HookStats`;
    case 'ENOTDIR':
      return 'not a directory: name the one that HookStats was given';
    case 'EACCES':
      return sayDenied(path);
    default:
      return reason(error);
  }
}

function sayDenied(path: string): string {
  try {
    const { uid, gid, mode } = statSync(path);
    const octal = (mode & 0o7777).toString(8).padStart(4, '0');
    const bits = (mode & constants.S_IFMT) === constants.S_IFDIR ? 'rx' : 'r';
    return `permission denied: owned by user ${uid}, group ${gid}, mode ${octal}: run as a member of that group with mode g+${bits}, or chmod o+${bits} ${path}`;
  } catch {
    return 'permission denied: a directory above it is closed to this user: chmod o+x that one';
  }
}
