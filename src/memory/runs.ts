import { join } from 'node:path';
import { parseFormat, toList, toObject } from './format.ts';
import { listLines } from './line.ts';
import { readPrivate, replacePrivate } from './private-file.ts';

/** Facts about earlier runs. Times in seconds since the epoch. */
export interface RunMemory {
  /** The last run that delivered everything that it had read. */
  readonly lastGood?: number;
  /** The last run. */
  readonly lastRun?: number;
  /** Current outages by destination. */
  readonly outages: ReadonlyMap<string, Outage>;
}

/** A destination that cannot be reached while the spool keeps everything. */
export interface Outage {
  /** The first run that could not deliver. */
  readonly since: number;
  /** The last run that printed it. */
  readonly said: number;
}

/** The memory before the first run. */
export const NO_MEMORY: RunMemory = { outages: new Map() };

const FORMAT = 'hap-monitor runs 1';
const MOST_BYTES = 1024 * 1024;

/** Reads what earlier runs stored in a spool; undefined before the first. Throws an Error in words. */
export function recallRuns(spool: string): RunMemory | undefined {
  const bytes = readPrivate(pathIn(spool), MOST_BYTES);
  return bytes === undefined ? undefined : parse(bytes.toString());
}

/**
 * Stores the facts for the next run; does nothing if another run is storing its own. Throws an Error if the file cannot be
 * written.
 */
export function rememberRuns(spool: string, { lastGood, lastRun, outages }: RunMemory): void {
  const list = Array.from(outages, ([where, { since, said }]) => ({ where, since, said }));
  const text = JSON.stringify({ format: FORMAT, lastGood, lastRun, outages: list });
  replacePrivate(pathIn(spool), `${text}\n`);
}

/**
 * Reads when the command line of a spool that ran last delivered, or another one that fails beside it, the oldest of these
 * times; undefined before the first. A line that has not run within ten minutes of the last one may have been removed, and
 * does not count. Throws an Error in words.
 */
export function recallLastGood(spool: string): number | undefined {
  const runs = ['', ...listLines(spool)].flatMap(line => {
    const { lastGood, lastRun = lastGood } = recallRuns(join(spool, line)) ?? NO_MEMORY;
    return lastGood === undefined || lastRun === undefined ? [] : [{ lastGood, lastRun }];
  });
  const newest = Math.max(...runs.map(({ lastRun }) => lastRun));
  const current = runs.filter(
    ({ lastGood, lastRun }) => lastRun === newest || (lastGood < lastRun && newest - lastRun < REMOVED),
  );
  return runs.length === 0 ? undefined : Math.min(...current.map(({ lastGood }) => lastGood));
}

/** Seconds after which a line that no longer runs beside others counts as removed. */
const REMOVED = 600;

function pathIn(spool: string): string {
  return join(spool, 'runs.json');
}

function parse(text: string): RunMemory {
  const { lastGood, lastRun, outages } = parseFormat(text, FORMAT);
  return {
    ...(lastGood === undefined ? {} : { lastGood: toTime(lastGood) }),
    ...(lastRun === undefined ? {} : { lastRun: toTime(lastRun) }),
    outages: new Map(
      toList(outages)
        .map(toObject)
        .map(({ where, since, said }) => {
          if (typeof where !== 'string') throw new Error('an outage names no destination');
          return [where, { since: toTime(since), said: toTime(said) }];
        }),
    ),
  };
}

function toTime(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error('it holds no time where one should be');
}
