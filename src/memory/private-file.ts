import { constants } from 'node:fs';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import { errorCode } from '../errors.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, O_CREAT, O_EXCL } = constants;

/** Reads a file of at most `limit` bytes, without following a link; undefined if there is none. Throws an Error. */
export async function readPrivate(path: string, limit: number): Promise<Buffer | undefined> {
  const file = await unless('ENOENT', open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > limit) throw new Error(`it has ${stats.size} bytes, the limit is ${limit}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Milliseconds after which a file that is still being written belongs to a killed process. */
const ABANDONED = 60_000;

/**
 * Replaces a file (0600) in one step, so that a reader sees the old or the new one. Returns false if another process is
 * replacing it. Throws an Error.
 */
export async function replacePrivate(path: string, bytes: string | Buffer): Promise<boolean> {
  const temporary = `${path}.new`;
  const file = await unless('EEXIST', open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  if (file === undefined) {
    const stats = await unless('ENOENT', lstat(temporary));
    if (stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > ABANDONED) await unlink(temporary);
    return false;
  }
  try {
    await file.writeFile(bytes);
    await rename(temporary, path);
    return true;
  } catch (error) {
    await unlink(temporary);
    throw error;
  } finally {
    await file.close();
  }
}

/** Returns the result; undefined if the system's error has the code. */
async function unless<T>(code: string, result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (errorCode(error) === code) return undefined;
    throw error;
  }
}
