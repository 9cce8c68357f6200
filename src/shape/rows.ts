import type { Note, RowType } from '../types.ts';
import type { KeepsRow } from './filter.ts';
import type { RowTable } from './row-table.ts';

/** Rows of one kind and name. */
export interface NamedRows {
  readonly rows: readonly number[];
  readonly note: Note;
}

/** The rows to send. */
export interface FoundRows {
  /** Rows with a unique name, in HAProxy's order: nearly all. */
  readonly alone: readonly number[];
  /** Rows that share a name; of each name the frontend or backend first, then the server, then the listener. */
  readonly shared: readonly NamedRows[];
}

const PRECEDENCE = ['frontend', 'backend', 'server', 'listener'] as const satisfies readonly RowType[];

/**
 * Finds the rows to send, and among them those of a process that share kind and name: the sockets of one `bind` name, servers
 * of one name in HAProxy 1.x, a server called BACKEND, a proxy's listener called as its server.
 */
export function findRows(table: RowTable, keeps: KeepsRow | undefined): FoundRows {
  const all = Array.from(table.kinds, (_, row) => row);
  const rows = keeps === undefined ? all : all.filter(keeps);
  const suspects = findRepeated(rows, table);
  if (suspects.length === 0) return { alone: rows, shared: [] };
  const byName = new Map<string, number[]>();
  for (const row of suspects) {
    const name = `${table.proxy(row)}\0${table.service(row)}`;
    if (byName.get(name)?.push(row) === undefined) byName.set(name, [row]);
  }
  const several = [...byName.values()].filter(ofName => ofName.length > 1);
  const isShared = new Set(several.flat());
  return {
    alone: rows.filter(row => !isShared.has(row)),
    shared: several.flatMap(ofName => splitByKind(ofName, table)),
  };
}

/** Finds rows with a repeated digest: all that share a name, and now and then another one. */
function findRepeated(rows: readonly number[], { digest }: RowTable): readonly number[] {
  const digests = Int32Array.from(rows, digest);
  const seen = new Set<number>();
  const repeated = new Set<number>();
  for (const one of digests) (seen.has(one) ? repeated : seen).add(one);
  return repeated.size === 0 ? [] : rows.filter((_, index) => repeated.has(digests[index] ?? 0));
}

function splitByKind(rows: readonly number[], { kinds }: RowTable): readonly NamedRows[] {
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
