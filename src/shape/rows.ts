import type { Note, RowType } from '../types.ts';
import type { HidesProxy, KeepsRow } from './filter.ts';
import type { RowNames } from './row-types.ts';

/** Rows of one kind and name. */
export interface NamedRows {
  readonly rows: readonly number[];
  readonly note: Note;
}

/** The rows that are sent. */
export interface FoundRows {
  /** Rows whose name no other row has, in HAProxy's order: nearly all. */
  readonly alone: readonly number[];
  /** The others: for each name the frontend or backend first, then the server, then the listener. */
  readonly shared: readonly NamedRows[];
}

const PRECEDENCE = ['frontend', 'backend', 'server', 'listener'] as const satisfies readonly RowType[];

/**
 * Finds the names that several rows of a process have: the sockets of one `bind` name, servers of one name in HAProxy 1.x, a
 * server called BACKEND, a proxy's listener called as its server.
 */
export function findRows(
  names: RowNames,
  keeps: KeepsRow | undefined,
  isHidden: HidesProxy | undefined,
): FoundRows {
  const { proxies, services, kinds } = names;
  const first = new Map<string, Map<string, number>>();
  const several = new Map<number, number[]>(); // by the first row of the name
  const alone: number[] = [];
  for (let row = 0; row < kinds.length; row++) {
    const [kind = 'server', proxy = '', service = ''] = [kinds[row], proxies[row], services[row]];
    if (keeps?.(row, kind, proxy, service) === false || isHidden?.(kind, proxy)) continue;
    const ofProxy = first.get(proxy) ?? new Map<string, number>();
    if (ofProxy.size === 0) first.set(proxy, ofProxy);
    const before = ofProxy.get(service);
    if (before === undefined) {
      ofProxy.set(service, row);
      alone.push(row);
    } else if (several.get(before)?.push(row) === undefined) several.set(before, [before, row]);
  }
  if (several.size === 0) return { alone, shared: [] };
  return {
    alone: alone.filter(row => !several.has(row)),
    shared: [...several.values()].flatMap(rows => splitByKind(rows, kinds)),
  };
}

function splitByKind(rows: readonly number[], kinds: readonly RowType[]): readonly NamedRows[] {
  const byKind = PRECEDENCE.map(kind => ({ kind, rows: rows.filter(row => kinds[row] === kind) })).filter(
    group => group.rows.length > 0,
  );
  const winner = byKind[0]?.kind;
  return byKind.map(({ kind, rows: ofKind }) => ({
    rows: ofKind,
    note: {
      ...(ofKind.length > 1 && {
        merged: `${ofKind.length} ${kind} rows have this name, they are sent as one`,
      }),
      ...(kind !== winner && { hidden: `a ${winner} and a ${kind} have this name` }),
    },
  }));
}
