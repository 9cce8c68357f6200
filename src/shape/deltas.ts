import { natureOf } from '../fields.ts';
import type { InfoValue, Snapshot, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';

/** The counters of HAProxy's processes at one run: plain data for the next run. */
export interface Totals {
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly processes: readonly ProcessTotals[];
}

/** The counters of one process. */
export interface ProcessTotals {
  /** Seconds since the epoch. */
  readonly seen: number;
  readonly endpoint: string;
  /** Pid, node and, from HAProxy 2.4 on, start; '' for a stats page, which has none of them. */
  readonly process: string;
  /** The start in seconds since the epoch; 0 if it is not known. */
  readonly start: number;
  readonly info: Readonly<Record<string, number>>;
  readonly fields: readonly string[];
  /** The number of each field by proxy, service and type; null where there is none. */
  readonly rows: readonly (readonly [key: string, ...numbers: (number | null)[]])[];
}

/** Seconds to remember the counters of an endpoint that is not read. */
const KEPT = 86_400;

/** Times of starts and runs are in whole seconds, and before HAProxy 2.4 a start is computed from an uptime. */
const ROUNDING = 3;

/** Returns the current counters of these processes, and the remembered ones of processes that were not read this time. */
export function takeTotals(
  snapshots: readonly Snapshot[],
  before: Totals | undefined,
  timestamp: number,
): Totals {
  const now = snapshots.map(snapshot => countProcess(snapshot, timestamp));
  const unread = (before?.processes ?? []).filter(
    one => Math.abs(timestamp - one.seen) < KEPT && !now.some(other => isSame(one, other)),
  );
  return { timestamp, processes: [...now, ...unread] };
}

/**
 * Replaces each counter by its increase since its process was last read. A process started since the previous run, a new row
 * and a counter that was cleared count from zero. Counters of an older process that `before` does not have, or of any if
 * there is no `before`, have no value.
 */
export function sinceBefore(snapshots: readonly Snapshot[], before: Totals | undefined): readonly Snapshot[] {
  return snapshots.map(snapshot => {
    const identity = identify(snapshot);
    const alike = before?.processes.filter(one => isSame(one, identity)) ?? [];
    const known = alike.find(({ endpoint }) => endpoint === identity.endpoint) ?? alike[0];
    const isNew = before !== undefined && identity.start > before.timestamp - ROUNDING;
    const { info, stat } = snapshot;
    if (known === undefined && !isNew) return { ...snapshot, info: subtractInfo(info), stat: subtract(stat) };
    const base = known ?? NOTHING;
    return { ...snapshot, info: subtractInfo(info, base), stat: subtract(stat, base) };
  });
}

const NOTHING: Pick<ProcessTotals, 'info' | 'fields' | 'rows'> = { info: {}, fields: [], rows: [] };

type Identity = Pick<ProcessTotals, 'endpoint' | 'process' | 'start'>;

function identify({ endpoint, info }: Snapshot): Identity {
  const text = (name: string): string => info.get(name)?.text ?? '';
  const exact = info.get('Start_time_sec')?.number;
  const uptime = info.get('Uptime_sec')?.number;
  const computed = uptime === undefined ? 0 : Math.floor(Date.now() / 1000) - uptime;
  const identity = ['Pid', 'node', 'Start_time_sec'].map(text).join(' ');
  return { endpoint: endpoint.label, process: identity.trim(), start: exact ?? computed };
}

function isSame(a: Identity, b: Identity): boolean {
  if (a.process === '' && a.endpoint !== b.endpoint) return false;
  return a.process === b.process && Math.abs(a.start - b.start) < ROUNDING;
}

function countProcess(snapshot: Snapshot, seen: number): ProcessTotals {
  const { info, stat } = snapshot;
  const counters = Array.from(info).flatMap(([name, { number }]) =>
    number !== undefined && isCounter(name) ? [[name, number] as const] : [],
  );
  const fields = stat.columns.filter(({ name, text }) => !text && isCounter(name)).map(({ name }) => name);
  const indexOf = columnFinder(stat);
  const all = Array.from({ length: stat.length }, (_, row) => row);
  const columns = fields.map(name => {
    const values = new Float64Array(stat.length);
    stat.numbers(all, indexOf(name), values);
    return values;
  });
  const keyOf = keyReader(stat);
  return {
    seen,
    ...identify(snapshot),
    info: Object.fromEntries(counters),
    fields,
    rows: all.map(row => [keyOf(row), ...columns.map(values => toNull(values[row]))]),
  };
}

function isCounter(field: string): boolean {
  return natureOf(field) === 'counter';
}

function toNull(value = Number.NaN): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Returns a function that names a row among all rows of its process. */
function keyReader(stat: StatTable): (row: number) => string {
  const indexOf = columnFinder(stat);
  const columns = ['pxname', 'svname', 'type'].map(indexOf);
  return row => JSON.stringify(columns.map(column => stat.text(row, column)));
}

function subtractInfo(
  info: Snapshot['info'],
  base?: Pick<ProcessTotals, 'info'>,
): ReadonlyMap<string, InfoValue> {
  return new Map(
    Array.from(info, ([name, value]) => {
      if (value.number === undefined || !isCounter(name)) return [name, value];
      const number = base === undefined ? undefined : since(value.number, base.info[name]);
      return [name, { ...value, number }];
    }),
  );
}

/** Subtracts the base from all counters of a table; without a base every counter is absent. */
function subtract(stat: StatTable, base?: Pick<ProcessTotals, 'fields' | 'rows'>): StatTable {
  const rows = new Map(base?.rows.map(([key, ...numbers]) => [key, numbers]));
  const places = new Map(base?.fields.map((name, place) => [name, place]));
  const keyOf = keyReader(stat);
  return {
    ...stat,
    numbers: (wanted, column, into) => {
      stat.numbers(wanted, column, into);
      const name = stat.columns[column]?.name ?? '';
      if (!isCounter(name)) return;
      const place = places.get(name) ?? -1;
      for (const [index, row] of wanted.entries()) {
        const before = rows.get(keyOf(row))?.[place] ?? undefined;
        into[index] = base === undefined ? Number.NaN : since(into[index] ?? Number.NaN, before);
      }
    },
  };
}

/** Renders totals as JSON that begins with its format, for `parseTotals` in the next run. */
export function writeTotals(totals: Totals): string {
  return JSON.stringify({ format: FORMAT, ...totals });
}

const FORMAT = 'hap-monitor totals 1';

/** Parses the text of `writeTotals`. Throws an Error in words. */
export function parseTotals(text: string): Totals {
  // Megabytes of something else, `[[[[`, can take half a minute to parse.
  if (!text.startsWith(`{"format":"${FORMAT}",`)) throw new Error(`it is not "${FORMAT}"`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('it is not JSON', { cause: error });
  }
  const { format, timestamp, processes } = (value ?? {}) as Partial<Totals & { format: string }>;
  const isSound =
    format === FORMAT &&
    Number.isFinite(timestamp) &&
    Array.isArray(processes) &&
    processes.every(
      ({ info, fields, rows }) =>
        info && Array.isArray(fields) && Array.isArray(rows) && rows.every(Array.isArray),
    );
  if (!isSound) throw new Error(`it is not "${FORMAT}"`);
  return value as Totals;
}

/** Returns a counter's increase; one that is smaller than before was cleared and counts from zero. */
function since(value: number, before = 0): number {
  return value < before ? value : value - before;
}
