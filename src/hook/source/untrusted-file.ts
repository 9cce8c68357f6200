import { close, constants, fstat, lstat, open, read, readlink, type Stats, stat } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, Failure, reason } from '../../errors.ts';

// An application's files may lie in a directory of its user, who can put anything there: a link to a file that only root
// reads, a device, a FIFO. Every call is asynchronous: a file system that does not answer (NFS, FUSE) must hold nobody.
const openAt = promisify(open);
const readAt = promisify(read);
export const statOf = promisify(fstat);
const statAt = promisify(lstat);
const statBehind = promisify(stat);
const targetOf = promisify(readlink);
export const closeFile = promisify(close);

/** An open file with its stats; the caller closes it. */
export interface OpenFile {
  readonly fd: number;
  readonly stats: Stats;
}

/** O_PATH finds a file without opening it: a device may act on being opened. Node has no name for this flag of Linux. */
const O_PATH = 0o10000000;

/** Opening does not wait for the writer of a FIFO, and follows no link that was put there meanwhile. */
const TO_READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** As the kernel has it. */
const MOST_LINKS = 40;

/**
 * Opens a directory, or a file or FIFO that belongs to root, to this process's user or to the owner of the directory that it
 * is in. Follows a link that somebody else made only to what is theirs. Throws a Failure that shows nothing of the content.
 */
export async function openUntrusted(path: string): Promise<OpenFile> {
  try {
    return await lookAndOpen(path);
  } catch (error) {
    throw await fileFailure(path, error);
  }
}

async function lookAndOpen(path: string): Promise<OpenFile> {
  const { target, strangers } = await followLinks(path);
  const found = await openAt(target, target.startsWith('/proc/') ? O_PATH : O_PATH | constants.O_NOFOLLOW);
  try {
    const stats = await statOf(found);
    checkKind(stats);
    if (!stats.isDirectory() && !isOurs(stats.uid)) await checkOwner(stats, dirname(target));
    const alien = strangers.find(uid => uid !== stats.uid);
    if (alien !== undefined)
      throw new Error(`is reached by a link of user ${alien}, and does not belong to that user`);
    await checkPlace(found, target);
    return { fd: await openAt(pathOf(found), TO_READ), stats };
  } finally {
    await closeFile(found);
  }
}

/** Opens a file in an open directory, without following a link; undefined if there is none. */
export async function openEntry(directory: number, name: string): Promise<OpenFile | undefined> {
  try {
    const fd = await openAt(join(pathOf(directory), name), TO_READ | constants.O_NOFOLLOW);
    return { fd, stats: await statOf(fd) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads up to `length` bytes from `position` on. */
export async function readBytes(fd: number, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await readAt(fd, bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

/** Returns a path that always leads to the open file, whatever happens to its name. */
export function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** Resolves a path; tells the users, neither root nor this one, whose links led there. */
async function followLinks(
  path: string,
): Promise<{ readonly target: string; readonly strangers: readonly number[] }> {
  const strangers: number[] = [];
  let target = isAbsolute(path) ? '/' : resolve('.');
  let links = 0;
  const rest = path.split('/').reverse();
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    const next = join(target, name);
    // The kernel's own links in /proc (a shell's <(command) is one) lead to files without a path.
    const stats = next.startsWith('/proc/') ? undefined : await statAt(next);
    if (!stats?.isSymbolicLink()) {
      target = next;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error('has too many symbolic links');
    if (!isOurs(stats.uid)) strangers.push(stats.uid);
    const to = await targetOf(next);
    if (isAbsolute(to)) target = '/';
    rest.push(...to.split('/').reverse());
  }
  return { target, strangers };
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}

function checkKind(stats: Stats): void {
  if (stats.isFile() || stats.isFIFO() || stats.isDirectory()) return;
  const kind = stats.isSocket() ? 'a socket' : 'a device';
  throw new Error(`is ${kind}; expected a file, a FIFO or a directory`);
}

async function checkOwner({ uid }: Stats, directory: string): Promise<void> {
  const { uid: owner } = await statAt(directory);
  if (uid === owner) return;
  const what = `belongs to user ${uid}, who is neither root, nor the user that runs this, nor the owner of its directory`;
  throw new Error(`${what} (${owner}): chown it, or give it a directory of user ${uid}`);
}

/** Refuses a file that is not the one that was looked at: somebody may have exchanged a directory for a link. */
async function checkPlace(found: number, target: string): Promise<void> {
  const place = await targetOf(pathOf(found));
  if (target.startsWith('/proc/') || place === target || place === `${target} (deleted)`) return;
  throw new Error('was exchanged while it was looked at');
}

/** Turns a file system's error into a Failure that names the file and says what to do. */
export async function fileFailure(path: string, error: unknown): Promise<Failure> {
  if (error instanceof Failure) return error;
  return new Failure('read', path, await sayFileError(path, error), error);
}

async function sayFileError(path: string, error: unknown): Promise<string> {
  switch (errorCode(error)) {
    case 'ENOENT':
      return isAddress(path)
        ? `no such file: for a page write http://${path}`
        : 'no such file or directory: is the path right, and does what writes it run?';
    case 'EACCES':
      return await sayDenied(path);
    default:
      return reason(error);
  }
}

function isAddress(path: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}(?:\/|$)/i.test(path);
}

async function sayDenied(path: string): Promise<string> {
  try {
    const { uid, gid, mode } = await statBehind(path);
    const octal = (mode & 0o7777).toString(8).padStart(4, '0');
    const bits = (mode & constants.S_IFMT) === constants.S_IFDIR ? 'rx' : 'r';
    return `permission denied: owned by user ${uid}, group ${gid}, mode ${octal}: run as a member of that group with mode g+${bits}, or chmod o+${bits} ${path}`;
  } catch {
    return 'permission denied: a directory above it is closed to this user: chmod o+x that one';
  }
}
