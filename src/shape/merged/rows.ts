import { BLOCK } from '../../blocks.ts';
import { remember } from '../../remember.ts';
import type { Snapshot, StatTable, Values } from '../../types.ts';
import { columnFinder } from '../column.ts';
import { keepWorst, listStates, STATE_FIELDS, writeState } from '../status.ts';
import { MERGES, type MergedField, mergeShares, type Share, type Weights } from './rules.ts';

/** A row of one process. */
export interface ProcessRow {
  readonly snapshot: Snapshot;
  readonly index: number;
}

/** Rows that are merged into one object. */
export interface RowSet {
  readonly rows: readonly ProcessRow[];
}

/** The fields of the states; merged, each counts the processes that see it. */
export const MERGED_STATES: readonly MergedField[] = STATE_FIELDS.map(field => ({
  ...field,
  merge: MERGES.states,
}));

/**
 * Returns a function that merges each set of rows into one value of each field. Its columns are valid until it is called
 * again.
 */
export function rowMerger(
  fields: readonly MergedField[],
  tableOf: (snapshot: Snapshot) => StatTable,
  onUnknown: (status: string) => void,
): (sets: readonly RowSet[]) => Values {
  const columns = fields.map(field => ({ field, totals: new Float64Array(BLOCK) }));
  const weights = new Float64Array(BLOCK);
  const readerOf = remember((snapshot: Snapshot) => shareReader(tableOf(snapshot), onUnknown));
  return sets => {
    const found = Array.from(findRows(sets), ([snapshot, rows]) => readerOf(snapshot)(rows));
    for (const { field, totals } of columns) {
      const shares = found.map(read => read(field));
      mergeShares(field.merge, shares, { totals, weights });
    }
    return columns.map(({ totals }) => totals);
  };
}

/** Rows of one process, and the number of each row's set. */
interface Rows {
  readonly rows: number[];
  readonly owners: number[];
}

function findRows(sets: readonly RowSet[]): ReadonlyMap<Snapshot, Rows> {
  const found = new Map<Snapshot, Rows>();
  for (let owner = 0; owner < sets.length; owner++) {
    for (const { snapshot, index } of sets[owner]?.rows ?? []) {
      const known = found.get(snapshot) ?? { rows: [], owners: [] };
      found.set(snapshot, known);
      known.rows.push(index);
      known.owners.push(owner);
    }
  }
  return found;
}

/** Returns a function that reads a field's values in rows of one process. */
function shareReader(
  stat: StatTable,
  onUnknown: (status: string) => void,
): (rows: Rows) => (field: MergedField) => Share {
  const indexOf = columnFinder(stat);
  return ({ rows, owners }) => {
    const read = (name: string, values: Float64Array): Float64Array => {
      stat.numbers(rows, indexOf(name), values);
      return values;
    };
    const apart = owners.every((owner, row) => owner === row);
    const findStates = (): ReturnType<typeof listStates> => {
      const all = listStates(stat, rows, indexOf('status'), onUnknown);
      return apart ? all : keepWorst(all, owners);
    };
    const newColumn = (): Float64Array => new Float64Array(rows.length);
    const readTotal = (name: string): Float64Array => {
      const values = newColumn();
      (stat.totals ?? stat.numbers)(rows, indexOf(name), values);
      return values;
    };
    const weights = weigh(readTotal('lbtot'), readTotal('req_tot'));
    const same = { weights, owners, apart };
    const values = newColumn(); // of one field after the other
    let states: ReturnType<typeof listStates> | undefined;
    return ({ name, state, merge }) => {
      if (state !== undefined) {
        states ??= findStates();
        writeState(states, state, values);
        return { ...same, values, empty: merge.empty };
      }
      // A missing column is not the same as an empty cell.
      const empty = indexOf(name) === -1 ? Number.NaN : merge.empty;
      return { ...same, values: read(name, values), empty };
    };
  };
}

function weigh(chosen: Float64Array, served: Float64Array): Weights {
  return {
    one: new Float64Array(chosen.length).fill(1),
    busy: chosen.map(count => (count > 0 ? 1 : 0)),
    samples: served.map((count, index) => Math.min(1024, Number.isNaN(count) ? chosen[index] || 0 : count)),
  };
}
