import type { RowType, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';

/** The values of the column `type`. */
const TYPES: readonly RowType[] = ['frontend', 'backend', 'server', 'listener'];

/** The rows' proxies (pxname), services (svname) and kinds. HAProxy before 1.3.15 has no `type`: then the name tells. */
export interface RowNames {
  readonly proxies: readonly string[];
  readonly services: readonly string[];
  readonly kinds: readonly RowType[];
}

/** Reads the names of all rows. */
export function readNames(stat: StatTable): RowNames {
  const indexOf = columnFinder(stat);
  const [proxy, service] = [indexOf('pxname'), indexOf('svname')];
  const rows = Array.from({ length: stat.length }, (_, row) => row);
  const services = rows.map(row => stat.text(row, service));
  const types = new Float64Array(stat.length);
  stat.numbers(rows, indexOf('type'), types);
  return {
    proxies: rows.map(row => stat.text(row, proxy)),
    services,
    kinds: services.map((name, row) => TYPES[types[row] ?? -1] ?? kindOf(name)),
  };
}

function kindOf(service: string): RowType {
  if (service === 'FRONTEND') return 'frontend';
  return service === 'BACKEND' ? 'backend' : 'server';
}
