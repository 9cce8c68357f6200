import type { ProcessTotals, TableTotals, Totals } from './totals.ts';

/**
 * Merges a line's totals with the texts of other lines of the same series, which may have counted its processes meanwhile: of
 * each process the newest stay. Passes over a text that is damaged; undefined if there are none at all.
 */
export function mergeTotals(own: Totals | undefined, others: readonly string[]): Totals | undefined {
  const all = own === undefined ? [] : [own];
  for (const text of others) {
    try {
      all.push(parseTotals(text));
    } catch {
      // its own line says so
    }
  }
  if (all.length === 0) return undefined;
  const newest = new Map<string, ProcessTotals>();
  for (const one of all.flatMap(({ processes }) => processes)) {
    const key = `${one.endpoint}\n${one.process}`;
    const known = newest.get(key);
    if (known === undefined || isNewer(one, known)) newest.set(key, one);
  }
  return { timestamp: Math.max(...all.map(({ timestamp }) => timestamp)), processes: [...newest.values()] };
}

/** A reading is a connection of its own, so the newer of two that were made in one second counts more. */
function isNewer(one: ProcessTotals, other: ProcessTotals): boolean {
  if (one.seen !== other.seen) return one.seen > other.seen;
  return (one.info.CumConns ?? 0) > (other.info.CumConns ?? 0);
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
      ({ info, resolvers, ...stat }) =>
        info && isTable(stat) && (resolvers === undefined || isTable(resolvers)),
    );
  if (!isSound) throw new Error(`it is not "${FORMAT}"`);
  return value as Totals;
}

function isTable({ fields, rows }: Partial<TableTotals>): boolean {
  return Array.isArray(fields) && Array.isArray(rows) && rows.every(Array.isArray);
}
