import { existsSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countLines } from '../count.ts';
import { errorCode, Failure, reason } from '../errors.ts';
import type { Batch, NetworkBackend, Packet, Spool, SpoolState } from '../types.ts';
import { checkBatch, readBatch, writeBatch } from './batch.ts';
import { openDirectory, syncDirectory } from './directory.ts';
import { type Entry, listEntries, nameBatch, nameClaimed, nameTemporary, writerOf } from './name.ts';
import { identify, isAlive } from './owner.ts';

/** The most datapoints of a file: what is sent or dropped as one. A run of more is kept in several. */
const LARGEST_BATCH = 50_000;

/** What is done here is done in one directory by one process. */
interface Place {
  readonly directory: string;
  readonly self: string;
  readonly report: (failure: Failure) => void;
}

/** Numbers the batches of this process, whatever their destination. */
let written = 0;

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
export function nameDirectory({ host, port }: NetworkBackend): string {
  const plain = host
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, character => `%${character.charCodeAt(0).toString(16)}`);
  return `${plain}_${port}`;
}

/** How much waits in a spool for all destinations, those that are no longer fed included. One that is not there is empty. */
export function measureSpool(root: string): SpoolState {
  return attempt(resolve(root), 'cannot be read', () => {
    if (!existsSync(root)) return measure([]);
    const names = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory());
    return measure(listEntries(names.flatMap(({ name }) => readdirSync(join(root, name)))));
  });
}

/** How much lies in a directory. */
function measure(entries: readonly Entry[]): SpoolState {
  return {
    batches: entries.length,
    datapoints: entries.reduce((sum, { datapoints }) => sum + datapoints, 0),
    oldest: entries[0]?.timestamp,
  };
}

/** All or nothing: what was written of a run that did not fit is removed again. The batches are claimed from the start. */
function keep(place: Place, timestamp: number, packets: Iterable<Packet>): readonly Batch[] {
  const batches: Batch[] = [];
  const source = packets[Symbol.iterator]();
  try {
    for (let next = source.next(); !next.done; ) {
      const takePart = function* (): Iterable<Packet> {
        for (let count = 0; !next.done && count < LARGEST_BATCH; next = source.next()) {
          count += countLines(next.value);
          yield next.value;
        }
      };
      batches.push(writeOne(place, timestamp, takePart()));
    }
    if (batches.length > 0) syncDirectory(place.directory);
    return batches;
  } catch (error) {
    for (const batch of batches) batch.remove();
    throw error;
  }
}

function writeOne(place: Place, timestamp: number, packets: Iterable<Packet>): Batch {
  const { directory, self } = place;
  const number = written++;
  const temporary = join(directory, nameTemporary(number, self));
  try {
    const datapoints = writeBatch(temporary, timestamp, packets);
    const base = nameBatch(timestamp, number, datapoints, self);
    renameSync(temporary, join(directory, nameClaimed(base, self)));
    return hold(place, base, { timestamp, datapoints });
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/** Claims a batch and sees that it is whole; undefined when it is another's, gone, or damaged. */
function takeWhole(place: Place, entry: Entry): Batch | undefined {
  const { directory, self, report } = place;
  if (!claim(place, entry)) return undefined;
  const path = join(directory, nameClaimed(entry.base, self));
  try {
    checkBatch(path);
    return hold(place, entry.base, entry);
  } catch (error) {
    const aside = join(directory, `${entry.base}.damaged`);
    renameSync(path, aside);
    const what = `a damaged batch of ${entry.datapoints} datapoints was moved aside, they are lost: ${reason(error)}`;
    report(new Failure('deliver', aside, what, error));
    return undefined;
  }
}

/** One rename: of several processes that try, it succeeds for one. */
function claim({ directory, self }: Place, { base, name, owner }: Entry): boolean {
  const path = join(directory, name);
  if (owner !== undefined && isAlive(owner, path)) return false;
  try {
    renameSync(path, join(directory, nameClaimed(base, self)));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function hold(
  { directory, self, report }: Place,
  base: string,
  { timestamp, datapoints }: Pick<Entry, 'timestamp' | 'datapoints'>,
): Batch {
  const tell = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      report(new Failure('spool', path, `${what}: ${explain(error)}`, error));
    }
  };
  const path = join(directory, nameClaimed(base, self));
  return {
    timestamp,
    datapoints,
    packets: (limit, refuse) => readBatch(path, limit, refuse),
    remove: () => tell('cannot be removed, and will be sent again', () => removeIfThere(path)),
    release: () => tell('cannot be released', () => renameSync(path, join(directory, base))),
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

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function attempt<T>(where: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('spool', where, `${what}: ${explain(error)}`, error);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'give this user the directory, mode 700',
  EDQUOT: 'make room, or lower queue-size',
  EFBIG: 'raise the limit (ulimit -f)',
  ENOSPC: 'make room, or lower queue-size',
  EROFS: 'name a directory on another file system',
};

function explain(error: unknown): string {
  const remedy = REMEDIES[errorCode(error)];
  return remedy === undefined ? reason(error) : `${reason(error)}; ${remedy}`;
}
