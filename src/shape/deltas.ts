import type { InfoValue, Snapshot, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';
import {
  computeStart,
  findTotals,
  identify,
  isCounter,
  listKeys,
  type ProcessTotals,
  ROUNDING,
  ROW_NAME,
  SERVER_NAME,
  type TableTotals,
  type Totals,
} from './totals.ts';

// Who subtracts totals reads and stores them, too: one import() gives all of it.
export { takeTotals } from './totals.ts';
export { mergeTotals, parseTotals, writeTotals } from './totals-text.ts';

/**
 * Replaces each counter by its increase since its process was last read. A process started since its endpoint was last read, a
 * new row and a counter that was cleared count from zero. Counters of an older process that `before` does not have, or of any
 * if there is no `before`, have no value.
 */
export function sinceBefore(snapshots: readonly Snapshot[], before: Totals | undefined): readonly Snapshot[] {
  const known = findTotals(snapshots, before);
  return snapshots.map(snapshot => {
    const base = known.get(snapshot) ?? (before && startOf(snapshot, before));
    const { info, stat, resolvers } = snapshot;
    return {
      ...snapshot,
      info: subtractInfo(info, base),
      stat: subtract(stat, ROW_NAME, base),
      ...(resolvers && { resolvers: subtract(resolvers, SERVER_NAME, base?.resolvers) }),
    };
  });
}

/** The counters that a process is compared with. */
type Base = Pick<ProcessTotals, 'info' | 'fields' | 'rows' | 'resolvers'>;

const EMPTY: TableTotals = { fields: [], rows: [] };

/** Returns the counters with which a new process began; undefined for one that is not new. */
function startOf(snapshot: Snapshot, before: Totals): Base | undefined {
  const { endpoint, start } = identify(snapshot);
  const began = computeStart(snapshot) ?? start; // HAProxy's own clock may be another
  const [last] = before.processes.filter(one => one.endpoint === endpoint).sort((a, b) => b.seen - a.seen);
  if (began <= (last?.seen ?? before.timestamp) - ROUNDING) return undefined;
  return { info: {}, ...(last && hasLoaded(snapshot, last) ? last : EMPTY), resolvers: EMPTY };
}

/**
 * Whether a process began with the counters of the one before (`stats-file`, HAProxy 3.0): a frontend has more sessions than
 * the process, whose own numbers begin at 0, has taken connections, more than may have come between both answers.
 */
function hasLoaded({ info, stat }: Snapshot, last: TableTotals): boolean {
  const indexOf = columnFinder(stat);
  const [service, sessions] = [indexOf('svname'), indexOf('stot')];
  const connections = info.get('CumConns')?.number ?? Number.POSITIVE_INFINITY;
  const place = last.fields.indexOf('stot');
  const before = new Map(last.rows.map(([key, ...numbers]) => [key, numbers[place] ?? 0]));
  return listKeys(stat, ROW_NAME).some((key, row) => {
    const own = Number(stat.text(row, sessions));
    const isFrontend = stat.text(row, service) === 'FRONTEND';
    return (
      isFrontend && own > connections * 1.02 + 100 && own >= (before.get(key) ?? Number.POSITIVE_INFINITY)
    );
  });
}

function subtractInfo(info: Snapshot['info'], base?: Base): ReadonlyMap<string, InfoValue> {
  return new Map(
    Array.from(info, ([name, value]) => {
      if (value.number === undefined || !isCounter(name)) return [name, value];
      const number = base === undefined ? undefined : since(value.number, base.info[name]);
      return [name, { ...value, number }];
    }),
  );
}

/** Subtracts the base from all counters of a table; without a base every counter is absent. */
function subtract(table: StatTable, names: readonly string[], base?: TableTotals): StatTable {
  const keys = listKeys(table, names);
  const rows = new Map(base?.rows.map(([key, ...numbers]) => [key, numbers]));
  const places = new Map(base?.fields.map((name, place) => [name, place]));
  return {
    ...table,
    totals: table.numbers,
    numbers: (wanted, column, into) => {
      table.numbers(wanted, column, into);
      const name = table.columns[column]?.name ?? '';
      if (!isCounter(name)) return;
      const place = places.get(name) ?? -1;
      for (const [index, row] of wanted.entries()) {
        const before = rows.get(keys[row] ?? '')?.[place] ?? undefined;
        into[index] = base === undefined ? Number.NaN : since(into[index] ?? Number.NaN, before);
      }
    },
  };
}

/** Returns a counter's increase; one that is smaller than before was cleared and counts from zero. */
function since(value: number, before = 0): number {
  return value < before ? value : value - before;
}
