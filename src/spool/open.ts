import { existsSync, readdirSync, statfs } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { countDatapoints } from '../count.ts';
import { errorCode, Failure, seconds } from '../errors.ts';
import type { NetworkBackend, Receiver } from '../plan.ts';
import { type DirectoryUse, explainRefusal, holdDirectory } from '../private-directory.ts';
import type { Spool, SpoolState } from '../types.ts';
import { takeWhole } from './claim.ts';
import { removeIfThere } from './directory.ts';
import { attempt } from './failure.ts';
import { keep } from './keep.ts';
import { type Entry, listEntries, writerOf } from './name.ts';
import { identify, isAlive } from './owner.ts';
import { trim } from './trim.ts';

const USE: DirectoryUse = { name: 'spool', code: 'spool' };

/**
 * Opens the spool of one destination, a directory of its own: HOST_PORT, since TCP and UDP lead to the same receiver. Calls
 * `report` with each damaged file. Throws a Failure if the spool cannot be used.
 */
export function openSpool(root: string, backend: NetworkBackend, report: (failure: Failure) => void): Spool {
  const where = join(resolve(root), nameDirectory(backend));
  const directory = attempt(where, 'cannot be used', () => {
    const parent = holdDirectory(resolve(root), resolve(root), USE);
    const path = holdDirectory(join(parent, nameDirectory(backend)), where, USE);
    removeRemains(path);
    return { where, path, self: identify(), report };
  });
  const list = (): readonly Entry[] => listEntries(readdirSync(directory.path));
  let waiting: Entry[] | undefined;
  return {
    where,
    keep: (timestamp, packets) =>
      attempt(where, 'this run cannot be kept', () => keep(directory, timestamp, packets)),
    takeOldest: () =>
      attempt(where, 'cannot be read', () => {
        waiting ??= [...list()];
        for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
          const batch = takeWhole(directory, entry);
          if (batch !== undefined) return batch;
        }
        return undefined;
      }),
    trim: limit => attempt(where, 'cannot be kept within queue-size', () => trim(directory, list(), limit)),
    measure: () => attempt(where, 'cannot be read', () => measure(list())),
  };
}

/** Milliseconds for the file system of a spool to answer at all. */
const ANSWER = 2000;

/**
 * Throws a Failure if the file system does not answer in time (NFS, FUSE): every other function of this room would block. Asks
 * for its free space, since the kernel answers a stat from what it knows.
 */
export async function expectAnswer(root: string, milliseconds: number): Promise<void> {
  const limit = Math.min(ANSWER, milliseconds);
  const over = new AbortController();
  const late = sleep(limit, true, { signal: over.signal }).catch(() => true);
  const answer = promisify(statfs)(root).then(
    () => false,
    () => false, // opening it will tell the error
  );
  const isLate = await Promise.race([answer, late]);
  over.abort();
  if (isLate) throw new Failure('spool', resolve(root), `${NO_ANSWER} within ${seconds(limit)}`);
}

const NO_ANSWER = 'its file system (NFS, FUSE) does not answer';

/**
 * Returns the name of a destination's directory. Escapes odd characters byte by byte, so that no two destinations share one.
 */
export function nameDirectory(receiver: Receiver): string {
  const { place, port } =
    receiver.protocol === 'unix'
      ? { place: receiver.path, port: 0 }
      : { place: receiver.host.toLowerCase(), port: receiver.port };
  const hex = (character: string): string => Buffer.from(character).toString('hex').replace(/../g, '%$&');
  return `${place.replace(/[^A-Za-z0-9.-]/gu, hex)}_${port}`;
}

/** The spool of all destinations, those that are no longer fed included. */
export interface WholeSpool extends SpoolState {
  /** Directories of destinations that this user may not read. */
  readonly closed: readonly string[];
  /** The reasons for which a run refuses the spool or a directory in it, whoever runs it; each begins with the path. */
  readonly refused: readonly string[];
}

/** Returns the sizes of a whole spool; undefined if there is none. Ignores directories that no run made. */
export function measureSpool(root: string): WholeSpool | undefined {
  return attempt(resolve(root), 'cannot be read', () => {
    if (!existsSync(root)) return undefined;
    const closed: string[] = [];
    const directories = readdirSync(root, { withFileTypes: true }).filter(
      entry => entry.isDirectory() && isDestination(entry.name),
    );
    const names = directories.flatMap(({ name }) => {
      const path = join(root, name);
      try {
        return readdirSync(path);
      } catch (error) {
        if (errorCode(error) !== 'EACCES') throw error;
        closed.push(path);
        return [];
      }
    });
    const refused = ['', ...directories.map(({ name }) => name)].flatMap(name => {
      const path = resolve(root, name);
      const refusal = explainRefusal(path, USE.name);
      return refusal === undefined ? [] : [`${path}: ${refusal}`];
    });
    return { ...measure(listEntries(names)), closed, refused };
  });
}

/** Whether `nameDirectory` may have made the name; not so `lost+found`. */
function isDestination(name: string): boolean {
  return /_\d+$/.test(name);
}

/** Adds up the batches of a directory. */
function measure(entries: readonly Entry[]): SpoolState {
  return {
    batches: entries.length,
    datapoints: countDatapoints(entries),
    oldest: entries[0]?.timestamp,
  };
}

/** Removes the unfinished files of killed processes; nothing in them had been kept yet. */
function removeRemains(directory: string): void {
  for (const name of readdirSync(directory)) {
    const writer = writerOf(name);
    const path = join(directory, name);
    if (writer !== undefined && !isAlive(writer, path)) removeIfThere(path);
  }
}
