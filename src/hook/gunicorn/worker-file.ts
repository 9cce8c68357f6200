import { parseJson } from '../json.ts';

// The two kinds of files that contrib/gunicorn/hook_stats.py writes; its docstring describes them byte by byte.

/** The numbers of one worker, or of all ended workers. */
export interface Counts {
  readonly started: number;
  readonly finished: number;
  /** Requests in progress, if the worker is alive. */
  readonly processing: number;
  /** Responses by status: other, 1xx, 2xx, 3xx, 4xx, 5xx. */
  readonly responses: readonly number[];
  /** Times of the requests that finished within the window. */
  readonly times: Times;
}

/** Times of requests in milliseconds, so that those of several workers can be added up. */
interface Times {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  readonly max: number;
}

/** A process, unique on this machine until reboot; `start` is in clock ticks since boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: number;
  /** The inode of the PID namespace. */
  readonly namespace: number;
}

/** The contents of one worker's file. */
export interface WorkerFile extends Counts {
  readonly process: ProcessIdentity;
}

/** The file of the workers that are gone. */
interface TotalFile extends Counts {
  /** IDs of worker files that are part of it, and may still be there. */
  readonly folded: ReadonlySet<string>;
}

type Bucket = readonly [second: number, count: number, sum: number, squares: number, max: number];

const WORKER_FORMAT = 'hook-stats worker 1';
const TOTAL_FORMAT = 'hook-stats total 1';
const DOUBLE = 8;
const HEADER = 512;
const RECORD = 16;
const BUCKET = 5;

/** Parses a worker's file; `now` is in seconds. Throws an Error that says what is wrong with it. */
export function parseWorker(bytes: Buffer, now: number): WorkerFile {
  const header = readHeader(bytes.toString('utf8', 0, HEADER), WORKER_FORMAT);
  const window = toCount(header.window);
  if (bytes.length !== HEADER + (RECORD + window * BUCKET) * DOUBLE)
    throw damaged(`${bytes.length} bytes are not the length of a window of ${window} s`);
  const double = (index: number) => bytes.readDoubleLE(HEADER + index * DOUBLE);
  const doubles = (from: number, length: number) =>
    Array.from({ length }, (_, index) => double(from + index));
  const [, started, finished, abandoned] = doubles(0, 4);
  const buckets = [toBucket(doubles(10, BUCKET))];
  for (let place = RECORD; place < RECORD + window * BUCKET; place += BUCKET) {
    // The record's own second may have a bucket from before, too.
    if (double(place) > now - window && double(place) !== double(10))
      buckets.push(toBucket(doubles(place, BUCKET)));
  }
  return {
    process: {
      pid: toCount(header.pid),
      start: toCount(header.start),
      namespace: toCount(header.namespace),
    },
    started: toCount(started),
    finished: toCount(finished),
    processing: Math.max(0, toCount(started) - toCount(finished) - toCount(abandoned)),
    responses: doubles(4, 6).map(toCount),
    times: addBuckets(buckets, window, now),
  };
}

/** Whether a worker's file was read while it was being written: a whole record begins and ends with the same number. */
export function isTorn(bytes: Buffer): boolean {
  if (bytes.length < HEADER + RECORD * DOUBLE) return false;
  return bytes.readDoubleLE(HEADER) !== bytes.readDoubleLE(HEADER + (RECORD - 1) * DOUBLE);
}

/** Parses the file of the ended workers; `now` is in seconds. Throws an Error that says what is wrong with it. */
export function parseTotal(text: string, now: number): TotalFile {
  const total = readHeader(text, TOTAL_FORMAT);
  const buckets = toList(total.buckets).map(toBucket);
  return {
    folded: new Set(toList(total.folded).map(String)),
    started: toCount(total.started),
    finished: toCount(total.finished),
    processing: 0,
    responses: toList(total.responses).map(toCount),
    times: addBuckets(buckets, toCount(total.window), now),
  };
}

function readHeader(text: string, format: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw damaged('it is not JSON');
  }
  const found = (value as Record<string, unknown> | null)?.format;
  if (found === format) return value as Record<string, unknown>;
  if (typeof found !== 'string' || !/^hook-stats \w+ \d{1,9}$/.test(found))
    throw damaged('it does not name its format');
  throw new Error(
    `its format is "${found}", "${format}" is read here: use the hook_stats.py that came with this hap-monitor`,
  );
}

/**
 * Combines the request times (ms) of two workers, or of two one-second buckets: adds sums and counts, keeps the larger
 * maximum.
 */
export function addTimes(one: Times, other: Times): Times {
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    squares: one.squares + other.squares,
    max: Math.max(one.max, other.max),
  };
}

function addBuckets(buckets: readonly Bucket[], window: number, now: number): Times {
  return buckets
    .filter(([second]) => second > now - window && second <= now)
    .map(([, count, sum, squares, max]) => ({ count, sum, squares, max }))
    .reduce(addTimes, { count: 0, sum: 0, squares: 0, max: 0 });
}

// No message shows the content: the file may be somebody else's, in another's directory.

function toBucket(value: unknown): Bucket {
  if (Array.isArray(value) && value.length === BUCKET && value.every(Number.isFinite))
    return value as unknown as Bucket;
  throw damaged('a second in it is not five numbers');
}

function toCount(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw damaged('a count in it is not a whole number of 0 or more');
}

function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged('a list in it is missing');
}

function damaged(why: string): Error {
  return new Error(`damaged: ${why}; what it counted is lost, remove it`);
}
