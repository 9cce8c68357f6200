import type { RowType, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';

/** The rows of `show stat` with their kinds and names. */
export interface RowTable {
  readonly stat: StatTable;
  /** The kind of each row. HAProxy before 1.3.15 has no `type`: there the name tells. */
  readonly kinds: readonly RowType[];
  /** Returns `pxname`. */
  proxy(row: number): string;
  /** Returns `svname`. */
  service(row: number): string;
  /** A hash: rows of one proxy and service have equal ones, others seldom do. */
  digest(row: number): number;
}

/** The values of the column `type`. */
const TYPES: readonly RowType[] = ['frontend', 'backend', 'server', 'listener'];

/**
 * Returns the rows with their kinds and names. Decodes names on demand: the strings of a large HAProxy would cost more than
 * all the rest.
 */
export function rowTable(stat: StatTable): RowTable {
  const indexOf = columnFinder(stat);
  const [proxy, service] = [indexOf('pxname'), indexOf('svname')];
  const types = new Float64Array(stat.length);
  stat.numbers(
    Array.from({ length: stat.length }, (_, row) => row),
    indexOf('type'),
    types,
  );
  return {
    stat,
    kinds: Array.from(types, (type, row) => TYPES[type] ?? kindOf(stat.text(row, service))),
    proxy: row => stat.text(row, proxy),
    service: row => stat.text(row, service),
    digest: row => (Math.imul(stat.digest(row, proxy), 31) ^ stat.digest(row, service)) & 0x3fffffff,
  };
}

function kindOf(service: string): RowType {
  if (service === 'FRONTEND') return 'frontend';
  return service === 'BACKEND' ? 'backend' : 'server';
}
