import { now } from '../clock.ts';
import { natureOf } from '../fields.ts';
import type { Snapshot, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';

/** The counters of HAProxy's processes at one run: plain data for the next run. */
export interface Totals {
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly processes: readonly ProcessTotals[];
}

/** The counters of one process, those of `show stat` among its own. */
export interface ProcessTotals extends Identity, TableTotals {
  /** Seconds since the epoch. */
  readonly seen: number;
  readonly info: Readonly<Record<string, number>>;
  /** Those of `show stat domain resolvers`, if it was read. */
  readonly resolvers?: TableTotals;
}

/** The counters of a table. */
export interface TableTotals {
  readonly fields: readonly string[];
  /** The number of each field by the row's key; null where there is none. */
  readonly rows: readonly (readonly [key: string, ...numbers: (number | null)[]])[];
}

/** The identity of a process. */
export interface Identity {
  readonly endpoint: string;
  /** Pid, node and, from HAProxy 2.4 on, start; '' for a stats page, which has none of them. */
  readonly process: string;
  /** The start in seconds since the epoch; 0 if it is not known. */
  readonly start: number;
}

/** Seconds to remember the counters of an endpoint that is not read. */
const KEPT = 86_400;

/** Times of starts and runs are in whole seconds, and before HAProxy 2.4 a start is computed from an uptime. */
export const ROUNDING = 3;

/** Returns the current counters of these processes, and the remembered ones of processes that were not read this time. */
export function takeTotals(
  snapshots: readonly Snapshot[],
  before: Totals | undefined,
  timestamp: number,
): Totals {
  const read = new Set(findTotals(snapshots, before).values());
  const current = snapshots.map(snapshot => countProcess(snapshot, timestamp));
  const unread = (before?.processes ?? []).filter(
    one =>
      Math.abs(timestamp - one.seen) < KEPT && !read.has(one) && !current.some(other => isEnded(one, other)),
  );
  return { timestamp, processes: [...current, ...unread] };
}

/** Whether another process has the endpoint and the pid of this one, which has ended then. */
function isEnded(one: Identity, other: Identity): boolean {
  const [pid, otherPid] = [one, other].map(({ process: words }) => words.split(' ', 2).join(' '));
  return one.endpoint === other.endpoint && pid === otherPid;
}

/**
 * Finds what is remembered of each process: at its endpoint, or at another one if its proxies are the same, since sockets may
 * be renamed, or answer from now this process and now that. Containers may be alike in everything but those: one that is among
 * the processes twice is never looked for at an endpoint that was read.
 */
export function findTotals(
  snapshots: readonly Snapshot[],
  before: Totals | undefined,
): ReadonlyMap<Snapshot, ProcessTotals> {
  const found = new Map<Snapshot, ProcessTotals>();
  const current = snapshots.map(identify);
  const endpoints = new Set(current.map(({ endpoint }) => endpoint));
  const rest = new Set([...(before?.processes ?? [])].sort((a, b) => b.seen - a.seen));
  for (const [index, identity] of current.entries()) {
    const snapshot = snapshots[index] as Snapshot;
    const isAlone = current.filter(other => isSame(other, identity)).length === 1;
    const alike = [...rest].filter(one => isSame(one, identity));
    const known =
      alike.find(({ endpoint }) => endpoint === identity.endpoint) ??
      alike.find(one => (isAlone || !endpoints.has(one.endpoint)) && hasProxies(one, snapshot.stat));
    if (known === undefined) continue;
    found.set(snapshot, known);
    rest.delete(known);
  }
  return found;
}

/** Names a process by what it says of itself. */
export function identify(snapshot: Snapshot): Identity {
  const { endpoint, info } = snapshot;
  const text = (name: string): string => info.get(name)?.text ?? '';
  const start = info.get('Start_time_sec')?.number ?? computeStart(snapshot) ?? 0;
  const identity = ['Pid', 'node', 'Start_time_sec'].map(text).join(' ');
  return { endpoint: endpoint.label, process: identity.trim(), start };
}

/** Computes a start on the clock of this host; undefined without an uptime. */
export function computeStart({ info, answered }: Snapshot): number | undefined {
  const uptime = info.get('Uptime_sec')?.number;
  return uptime === undefined ? undefined : Math.floor((Date.now() - now() + answered) / 1000) - uptime;
}

function isSame(a: Identity, b: Identity): boolean {
  if (a.process === '' && a.endpoint !== b.endpoint) return false;
  return a.process === b.process && Math.abs(a.start - b.start) < ROUNDING;
}

function hasProxies({ rows }: TableTotals, stat: StatTable): boolean {
  const proxies = (keys: readonly string[]): string => [...new Set(keys.map(proxyOf))].sort().join('\n');
  return proxies(rows.map(([key]) => key)) === proxies(listKeys(stat, ROW_NAME));
}

function proxyOf(key: string): string {
  const [proxy] = JSON.parse(key) as readonly string[];
  return proxy ?? '';
}

function countProcess(snapshot: Snapshot, seen: number): ProcessTotals {
  const { info, stat, resolvers } = snapshot;
  const counters = Array.from(info).flatMap(([name, { number }]) =>
    number !== undefined && isCounter(name) ? [[name, number] as const] : [],
  );
  return {
    seen,
    ...identify(snapshot),
    info: Object.fromEntries(counters),
    ...countTable(stat, ROW_NAME),
    ...(resolvers && { resolvers: countTable(resolvers, SERVER_NAME) }),
  };
}

function countTable(table: StatTable, names: readonly string[]): TableTotals {
  const fields = table.columns.filter(({ name, text }) => !text && isCounter(name)).map(({ name }) => name);
  const indexOf = columnFinder(table);
  const all = Array.from({ length: table.length }, (_, row) => row);
  const columns = fields.map(name => {
    const values = new Float64Array(table.length);
    table.numbers(all, indexOf(name), values);
    return values;
  });
  const rows = listKeys(table, names).map(
    (key, row) => [key, ...columns.map(values => toNull(values[row]))] as const,
  );
  return { fields, rows };
}

function toNull(value = Number.NaN): number | null {
  return Number.isNaN(value) ? null : value;
}

export function isCounter(field: string): boolean {
  return natureOf(field) === 'counter';
}

/** The columns that name a row of `show stat`. */
export const ROW_NAME = ['pxname', 'svname', 'type'];

/** The columns that name a row of `show stat domain resolvers`. */
export const SERVER_NAME = ['pid', 'id'];

/** Lists a key for each row, by the columns that name it; rows of one name have their number among those, too. */
export function listKeys(table: StatTable, names: readonly string[]): readonly string[] {
  const columns = names.map(columnFinder(table));
  const counts = new Map<string, number>();
  return Array.from({ length: table.length }, (_, row) => {
    const name = columns.map(column => table.text(row, column));
    const key = JSON.stringify(name);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count === 0 ? key : JSON.stringify([...name, count]);
  });
}
