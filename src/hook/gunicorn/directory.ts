import { join } from 'node:path';
import { asFailure, Failure } from '../../errors.ts';
import { pidNamespace, startTicks } from '../../proc.ts';
import type { HookApplication } from '../application.ts';
import type { Yield } from '../slices.ts';
import type { Directory } from '../source/directory.ts';
import {
  addTimes,
  type Counts,
  isTorn,
  type ProcessIdentity,
  parseTotal,
  parseWorker,
  type WorkerFile,
} from './worker-file.ts';

/** The files of hook_stats.py: the sums of processes that are gone, and the numbers of each other process. */
const TOTAL = /^([^.]+)\.total$/;
const WORKER = /^([^.]+)\.(\d+-[\da-f]{8})\.worker$/;

/** Whether a name is that of a file of contrib/gunicorn/hook_stats.py. */
export function isHookStatsFile(name: string): boolean {
  return TOTAL.test(name) || WORKER.test(name);
}

/** Most attempts to read a directory, or a record, that changes while it is read. */
const TRIES = 10;

const RESPONSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];

const NOTHING: Counts = {
  started: 0,
  finished: 0,
  processing: 0,
  responses: RESPONSES.map(() => 0),
  times: { count: 0, sum: 0, squares: 0, max: 0 },
};

/**
 * Reads the files that contrib/gunicorn/hook_stats.py wrote, as they were at one instant. `now` is in milliseconds; `open`
 * opens the directory, once for each attempt. Throws a Failure that says what to do.
 */
export async function readDirectory(
  open: () => Directory,
  now: number,
  takeTurn: Yield,
): Promise<readonly HookApplication[]> {
  const { path } = open();
  for (let tries = 0; tries < TRIES; tries++) {
    const sums = await tryToRead(open(), Math.floor(now / 1000), takeTurn);
    if (sums === undefined) continue;
    if (sums.size === 0) {
      const remedy = 'is it the directory that HookStats was given, and may the application write there?';
      throw new Failure('read', path, `no application has written there: ${remedy}`);
    }
    return Array.from(sums, ([name, { sum, live }]) => ({
      name: decodeName(path, name),
      fields: new Map(nameFields(sum)),
      workers: live
        .sort((one, other) => one.start - other.start || one.pid - other.pid)
        .map(({ id, counts }) => ({ id, fields: new Map(nameFields(counts)) })),
    }));
  }
  throw new Failure('read', path, `the directory changes faster than it can be read (${TRIES} tries)`);
}

/** The numbers of an application: of all its processes together, and of each that lives. */
interface Tally {
  readonly sum: Counts;
  readonly live: LiveWorker[];
}

interface LiveWorker extends Pick<ProcessIdentity, 'pid' | 'start'> {
  readonly id: string;
  readonly counts: Counts;
}

/** By encoded name; undefined when a worker was folded into its application's total meanwhile. */
async function tryToRead(
  directory: Directory,
  now: number,
  takeTurn: Yield,
): Promise<ReadonlyMap<string, Tally> | undefined> {
  const before = await readTotals(directory);
  const sums = new Map<string, Tally>();
  const folded = new Map<string, ReadonlySet<string>>();
  for (const [name, text] of before) {
    const total = parseFile(join(directory.path, `${name}.total`), () => parseTotal(text, now));
    sums.set(name, { sum: total, live: [] });
    folded.set(name, total.folded);
    await takeTurn();
  }
  for (const file of await directory.list()) {
    const [, name, id] = WORKER.exec(file) ?? [];
    if (name === undefined || id === undefined || folded.get(name)?.has(id)) continue;
    const worker = await readWorker(directory, file, now);
    if (worker === undefined) return undefined;
    const { sum, live } = sums.get(name) ?? { sum: NOTHING, live: [] };
    const { pid, start } = worker.process;
    const lives = isWorkerAlive(worker.process);
    if (lives) live.push({ id, pid, start, counts: worker });
    sums.set(name, { sum: addCounts(sum, lives ? worker : { ...worker, processing: 0 }), live });
    await takeTurn();
  }
  return isSame(before, await readTotals(directory)) ? sums : undefined;
}

async function readTotals(directory: Directory): Promise<ReadonlyMap<string, string>> {
  const totals = new Map<string, string>();
  for (const file of await directory.list()) {
    const [, name] = TOTAL.exec(file) ?? [];
    const bytes = name === undefined ? undefined : await directory.read(file);
    if (name !== undefined && bytes !== undefined) totals.set(name, bytes.toString());
  }
  return totals;
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && Array.from(one).every(([name, text]) => other.get(name) === text);
}

/** Reads a worker's file; undefined if it has gone. A file that stays torn is of a worker killed while it wrote, and is taken. */
async function readWorker(directory: Directory, file: string, now: number): Promise<WorkerFile | undefined> {
  let bytes = await directory.read(file);
  for (let tries = 1; tries < TRIES && bytes !== undefined && isTorn(bytes); tries++)
    bytes = await directory.read(file);
  if (bytes === undefined) return undefined;
  const found = bytes;
  return parseFile(join(directory.path, file), () => parseWorker(found, now));
}

/** Makes errors name the file. */
function parseFile<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw asFailure(error, 'read', path);
  }
}

/** Whether a worker runs; one of another PID namespace (a container) cannot be seen from here and counts as alive. */
function isWorkerAlive({ pid, start, namespace }: ProcessIdentity): boolean {
  return namespace !== pidNamespace() || startTicks(pid) === start;
}

function addCounts(one: Counts, other: Counts): Counts {
  return {
    started: one.started + other.started,
    finished: one.finished + other.finished,
    processing: one.processing + other.processing,
    responses: one.responses.map((count, index) => count + (other.responses[index] ?? 0)),
    times: addTimes(one.times, other.times),
  };
}

function nameFields({ started, finished, processing, responses, times }: Counts): [string, number][] {
  const fields: [string, number][] = [
    ['started', started],
    ['finished', finished],
    ['processing', processing],
    ...RESPONSES.map((name, index): [string, number] => [`responses.${name}`, responses[index] ?? 0]),
    ['processing_time.count', times.count],
  ];
  if (times.count === 0) return fields;
  const avg = times.sum / times.count;
  // Rounding may leave less than zero of equal times.
  const variance = Math.max(0, times.squares / times.count - avg * avg);
  fields.push(['processing_time.avg', avg]);
  fields.push(['processing_time.std', Math.sqrt(variance)]);
  fields.push(['processing_time.max', times.max]);
  return fields;
}

function decodeName(path: string, name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    throw new Failure(
      'read',
      path,
      `"${name}" is not the percent-encoded name of an application: remove its files`,
      error,
    );
  }
}
