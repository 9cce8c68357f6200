import type { Snapshot, StatTable } from '../types.ts';

/** Seconds of tolerance: uptime comes in whole seconds, and an answer takes a moment to arrive. */
const ROUNDING = 1.5;

/** Returns the Pid and node of `show info` as one text; undefined for a stats page, which has neither. */
export function nameProcess({ info }: Snapshot): string | undefined {
  const pid = info.get('Pid')?.text;
  return pid === undefined ? undefined : `${pid} ${info.get('node')?.text ?? ''}`;
}

/**
 * Whether two snapshots with one Pid and node are of one process: containers may have equal pids, so start and proxies have
 * to be equal, too. Servers may come and go between the answers.
 */
export function isSameProcess(a: Snapshot, b: Snapshot): boolean {
  if (!isSameStart(a, b)) return false;
  const [first, second] = [listProxies(a.stat), listProxies(b.stat)];
  return first.size === second.size && hasProxies(first, second);
}

/**
 * Whether two snapshots with proxies in common, one of them of a stats page, may be of one process: every row of both has been
 * in its state since the same time.
 */
export function mayBeSameProcess(a: Snapshot, b: Snapshot): boolean {
  const [first, second] = [listChanges(a), listChanges(b)];
  const settled = Math.min(a.answered, b.answered) / 1000 - ROUNDING; // a change after this may be in one answer only
  for (const [row, changed] of first) {
    const other = second.get(row);
    if (other === undefined || changed > settled || other > settled) continue;
    if (Math.abs(changed - other) > ROUNDING) return false;
  }
  return true;
}

/** Whether the starts are equal: HAProxy tells its start from 2.4 on; before, it follows from the uptime. */
function isSameStart(a: Snapshot, b: Snapshot): boolean {
  const [first, second] = [a, b].map(({ info }) => info.get('Start_time_sec')?.text);
  if (first !== undefined || second !== undefined) return first === second;
  return Math.abs(computeStart(a) - computeStart(b)) < ROUNDING;
}

/** Seconds since this process began; negative for what began before. */
function computeStart({ info, answered }: Snapshot): number {
  return answered / 1000 - (info.get('Uptime_sec')?.number ?? 0);
}

/** Lists process number, iid and name of every proxy, each as one text. */
export function listProxies(stat: StatTable): ReadonlySet<string> {
  const [pid, iid, proxy] = findColumns(stat, 'pid', 'iid', 'pxname');
  const proxies = new Set<string>();
  for (let row = 0; row < stat.length; row++) {
    proxies.add(`${stat.text(row, pid)} ${stat.text(row, iid)} ${stat.text(row, proxy)}`);
  }
  return proxies;
}

/** Whether the one has every proxy of the other: `stats scope` leaves some out of a page. */
export function hasProxies(all: ReadonlySet<string>, some: ReadonlySet<string>): boolean {
  return [...some].every(proxy => all.has(proxy));
}

/** Lists the time of each row's last change of state, in seconds since this process began. */
function listChanges({ stat, answered }: Snapshot): ReadonlyMap<string, number> {
  const [proxy, service, type, change] = findColumns(stat, 'pxname', 'svname', 'type', 'lastchg');
  const changes = new Map<string, number>();
  for (let row = 0; row < stat.length; row++) {
    const ago = stat.text(row, change);
    const name = [proxy, service, type].map(column => stat.text(row, column)).join('\n');
    if (ago !== '') changes.set(name, answered / 1000 - Number(ago));
  }
  return changes;
}

function findColumns<const Names extends readonly string[]>(
  { columns }: StatTable,
  ...names: Names
): { readonly [Index in keyof Names]: number } {
  const find = (name: string): number => columns.findIndex(column => column.name === name);
  return names.map(find) as { readonly [Index in keyof Names]: number };
}
