import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { errorCode } from '../errors.ts';

// The caller has seen that the spool's file system answers (expectAnswer), so nothing here waits in a thread: a turn there takes 0.3 ms.

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, O_CREAT, O_EXCL } = constants;

/** Reads a file of at most `limit` bytes, without following a link; undefined if there is none. Throws an Error. */
export function readPrivate(path: string, limit: number): Buffer | undefined {
  const file = unless('ENOENT', () => openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > limit) throw new Error(`it has ${stats.size} bytes, the limit is ${limit}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Milliseconds after which a file that is still being written belongs to a killed process. */
const ABANDONED = 60_000;

/**
 * Replaces a file (0600) in one step, so that a reader sees the old or the new one. Returns false if another process is
 * replacing it. Throws an Error.
 */
export function replacePrivate(path: string, bytes: string | Buffer): boolean {
  const temporary = `${path}.new`;
  const file = unless('EEXIST', () => openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  if (file === undefined) {
    const stats = unless('ENOENT', () => lstatSync(temporary));
    if (stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > ABANDONED) unlinkSync(temporary);
    return false;
  }
  try {
    writeFileSync(file, bytes);
    renameSync(temporary, path);
    return true;
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Returns the result; undefined if the system's error has the code. */
export function unless<T>(code: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (errorCode(error) === code) return undefined;
    throw error;
  }
}
