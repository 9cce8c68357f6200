import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countDatapoints } from '../count.ts';
import { errorCode, type Failure } from '../errors.ts';
import type { NetworkBackend } from '../plan.ts';
import type { Spool, SpoolState } from '../types.ts';
import { claim, type Place, takeWhole } from './claim.ts';
import { openDirectory, removeIfThere } from './directory.ts';
import { attempt } from './failure.ts';
import { keep } from './keep.ts';
import { type Entry, listEntries, nameClaimed, writerOf } from './name.ts';
import { identify, isAlive } from './owner.ts';

/**
 * Opens the part of a spool that belongs to one destination, a directory of its own: HOST_PORT, since the same
 * receiver is fed over TCP or UDP. Throws a Failure when it cannot be used. `report` is told of damaged files.
 */
export function openSpool(root: string, backend: NetworkBackend, report: (failure: Failure) => void): Spool {
  const directory = join(resolve(root), nameDirectory(backend));
  const self = attempt(directory, 'cannot be used', () => {
    openDirectory(resolve(root));
    openDirectory(directory);
    removeRemains(directory);
    return identify();
  });
  const place: Place = { directory, self, report };
  const list = (): readonly Entry[] => listEntries(readdirSync(directory));
  let waiting: Entry[] | undefined;
  return {
    where: directory,
    keep: (timestamp, packets) =>
      attempt(directory, 'this run cannot be kept', () => keep(place, timestamp, packets)),
    takeOldest: () =>
      attempt(directory, 'cannot be read', () => {
        waiting ??= [...list()];
        for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
          const batch = takeWhole(place, entry);
          if (batch !== undefined) return batch;
        }
        return undefined;
      }),
    trim: limit => attempt(directory, 'cannot be kept within queue-size', () => trim(place, list(), limit)),
    measure: () => attempt(directory, 'cannot be read', () => measure(list())),
  };
}

/** The directory of a destination. What is not plain in a name is escaped, so that two never share one. */
function nameDirectory({ host, port }: NetworkBackend): string {
  const plain = host
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, character => `%${character.charCodeAt(0).toString(16)}`);
  return `${plain}_${port}`;
}

/** A spool for all destinations, those that are no longer fed included. */
export interface WholeSpool extends SpoolState {
  /** Directories of destinations that this user may not read. */
  readonly closed: readonly string[];
}

/** How much waits in a spool. Undefined where there is none. Directories that no run made are not looked at. */
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
    return { ...measure(listEntries(names)), closed };
  });
}

/** Whether a name is one of `nameDirectory`; `lost+found` is not. */
function isDestination(name: string): boolean {
  return /_\d+$/.test(name);
}

/** How much lies in a directory. */
function measure(entries: readonly Entry[]): SpoolState {
  return {
    batches: entries.length,
    datapoints: countDatapoints(entries),
    oldest: entries[0]?.timestamp,
  };
}

/** Drops the oldest until no more than the limit is left; gives the number of datapoints dropped. */
function trim(place: Place, entries: readonly Entry[], limit: number): number {
  let { datapoints: left } = measure(entries);
  let dropped = 0;
  for (const entry of entries) {
    if (left <= limit) break;
    if (!claim(place, entry)) continue;
    removeIfThere(join(place.directory, nameClaimed(entry.base, place.self)));
    left -= entry.datapoints;
    dropped += entry.datapoints;
  }
  return dropped;
}

/** What a process that was killed was writing: it had not been kept yet. */
function removeRemains(directory: string): void {
  for (const name of readdirSync(directory)) {
    const writer = writerOf(name);
    const path = join(directory, name);
    if (writer !== undefined && !isAlive(writer, path)) removeIfThere(path);
  }
}
