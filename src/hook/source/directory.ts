import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../errors.ts';
import { type Share, shareOf } from '../limits.ts';
import { closeFile, fileFailure, openEntry, pathOf, readBytes } from './untrusted-file.ts';

const MOST_FILES = 10_000;

/** An open directory of files that others write; the bytes read of it are limited. Its functions throw Failures. */
export interface Directory {
  /** The path for messages. */
  readonly path: string;
  list(): Promise<readonly string[]>;
  /** Reads a file, or as many bytes as `sizeOf` tells from the first eight; undefined if there is no such file. */
  read(name: string, sizeOf?: (head: Buffer) => number): Promise<Buffer | undefined>;
}

/**
 * Returns the directory behind a file descriptor. Limits: the bytes of `share` for all files, 1 MiB for one file, or 8 MiB if
 * `sizeOf` tells its size.
 */
export function limitDirectory(path: string, fd: number, share: Share = shareOf(1)): Directory {
  let left = share.bytes;
  const readEntry = async (name: string, sizeOf?: (head: Buffer) => number): Promise<Buffer | undefined> => {
    const file = await openEntry(fd, name);
    if (file === undefined) return undefined;
    try {
      const refuse = (what: string): never => {
        throw new Failure('read', join(path, name), `${what}: remove it`);
      };
      if (!file.stats.isFile()) refuse('it is not a file');
      const { size } = file.stats;
      const wanted = sizeOf === undefined ? size : Math.min(size, sizeOf(await readBytes(file.fd, 0, HEAD)));
      const most = sizeOf === undefined ? LARGEST_FILE : LARGEST_USED;
      if (wanted > most) refuse(`${wanted} bytes, more than ${most}`);
      left -= wanted;
      if (left < 0)
        throw new Failure('read', path, `its files hold more than ${share.bytes} bytes, the limit`);
      return await readBytes(file.fd, 0, wanted);
    } finally {
      await closeFile(file.fd);
    }
  };
  return {
    path,
    list: async () => {
      const names: string[] = [];
      try {
        for await (const { name } of await opendir(pathOf(fd))) {
          if (names.push(name) > MOST_FILES)
            throw new Failure(
              'read',
              path,
              `more than ${MOST_FILES} files: remove what does not belong there`,
            );
        }
      } catch (error) {
        throw await fileFailure(path, error);
      }
      return names;
    },
    read: async (name, sizeOf) => {
      try {
        return await readEntry(name, sizeOf);
      } catch (error) {
        throw await fileFailure(join(path, name), error);
      }
    },
  };
}

/** Most bytes of a file. */
const LARGEST_FILE = 1024 * 1024;
/** Most bytes of a file that tells its used size; some thirty thousand entries. */
const LARGEST_USED = 8 * LARGEST_FILE;
const HEAD = 8;
