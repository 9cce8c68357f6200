import type { Filter } from '../plan.ts';
import type { RowType, Snapshot } from '../types.ts';
import { columnFinder } from './column.ts';
import { rowFilter } from './filter.ts';
import { type RowTable, rowTable } from './row-table.ts';
import { stateOf } from './status.ts';

/** One HAProxy process for a person to see. Numbers that HAProxy does not have are absent. */
export interface ProcessOverview {
  /** The endpoint's name in messages. */
  readonly endpoint: string;
  /** The process's level in paths. */
  readonly name_in_paths: string;
  readonly version?: string;
  readonly node?: string;
  readonly pid?: number;
  readonly uptime_seconds?: number;
  readonly sessions?: number;
  readonly sessions_limit?: number;
  readonly idle_percent?: number;
  /** Processes from before a reload that still serve connections. */
  readonly old_workers?: number;
  readonly old_workers_connections?: number;
  readonly old_workers_oldest_seconds?: number;
  /** The rows that are not up first, then in HAProxy's order. */
  readonly rows: readonly RowOverview[];
}

/** A frontend, backend, server or listener. */
export interface RowOverview {
  readonly proxy: string;
  readonly service: string;
  readonly type: RowType;
  /** HAProxy's own text, e.g. `UP 1/3`; `MAINT (via app/one)`. */
  readonly status: string;
  /** UP, DOWN, MAINT, DRAIN or NOLB; absent for an unknown status. */
  readonly state?: string;
  readonly since_seconds?: number;
  readonly sessions?: number;
  readonly sessions_limit?: number;
  readonly rate?: number;
  readonly queue?: number;
  /** Failed requests, connections and responses since the process began. */
  readonly errors?: number;
  readonly responses_5xx?: number;
  /** The last health check, e.g. `L4CON Connection refused`. */
  readonly check?: string;
}

/** Returns the overview of one process, whose level in paths is `name`, with those of its rows that the filter keeps. */
export function lookAt(snapshot: Snapshot, name: string, filter: Filter): ProcessOverview {
  const { endpoint, info, stat } = snapshot;
  const text = (name: string): string | undefined => info.get(name)?.text || undefined;
  const number = (name: string): number | undefined => info.get(name)?.number;
  const table = rowTable(stat);
  const keeps = rowFilter(filter, table);
  const rows = listOverviews(table).filter((_, row) => keeps?.(row) ?? true);
  return clean({
    endpoint: endpoint.label,
    name_in_paths: name,
    version: text('Version'),
    node: text('node'),
    pid: number('Pid'),
    uptime_seconds: number('Uptime_sec'),
    sessions: number('CurrConns'),
    sessions_limit: number('Maxconn'),
    idle_percent: number('Idle_pct'),
    old_workers: number('old_workers.count'),
    old_workers_connections: number('old_workers.CurrConns'),
    old_workers_oldest_seconds: number('old_workers.oldest_seconds'),
    rows: rows.sort((a, b) => urgencyOf(a) - urgencyOf(b)),
  });
}

function listOverviews(table: RowTable): RowOverview[] {
  const { stat } = table;
  const indexOf = columnFinder(stat);
  const rows = [...table.kinds.keys()];
  const read = (name: string): Float64Array => {
    const values = new Float64Array(rows.length);
    stat.numbers(rows, indexOf(name), values);
    return values;
  };
  const [since, sessions, limits, rates] = ['lastchg', 'scur', 'slim', 'rate'].map(read);
  const [queue, failed] = [read('qcur'), read('hrsp_5xx')];
  const errors = ['ereq', 'econ', 'eresp'].map(read);
  const text = (row: number, name: string): string => stat.text(row, indexOf(name));
  return rows.map(row => {
    const status = text(row, 'status');
    const check = [text(row, 'check_status'), text(row, 'last_chk') || text(row, 'check_desc')];
    return clean({
      proxy: table.proxy(row),
      service: table.service(row),
      type: table.kinds[row] ?? 'server',
      status,
      state: stateOf(status),
      since_seconds: since?.[row],
      sessions: sessions?.[row],
      sessions_limit: limits?.[row],
      rate: rates?.[row],
      queue: queue[row],
      errors: addUp(errors.map(column => column[row])),
      responses_5xx: failed[row],
      check: check.filter(Boolean).join(' ') || undefined,
    });
  });
}

/** Adds up; undefined if all are absent. */
function addUp(values: readonly (number | undefined)[]): number | undefined {
  const there = values.filter(value => value !== undefined && !Number.isNaN(value));
  return there.length === 0 ? undefined : there.reduce((sum: number, value) => sum + (value ?? 0), 0);
}

const URGENCY: Readonly<Record<string, number>> = { DOWN: 0, NOLB: 2, DRAIN: 3, MAINT: 4, UP: 6 };

/** Ranks a row from 0, the most urgent: an unknown status comes after DOWN, a server that is about to change before UP. */
function urgencyOf({ state, status }: RowOverview): number {
  if (state === 'UP' && /\d\/\d/.test(status)) return 5;
  return state === undefined ? 1 : (URGENCY[state] ?? 1);
}

type Possible<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** Leaves out absent values. */
function clean<T extends object>(value: Possible<T>): T {
  const there = Object.entries(value).filter(([, one]) => one !== undefined && !Number.isNaN(one));
  return Object.fromEntries(there) as T;
}
