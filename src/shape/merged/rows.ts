import type { MergeOptions } from '../../plan.ts';
import type { MergedSubject, SampleTable, Snapshot } from '../../types.ts';
import { BLOCK } from '../blocks.ts';
import { columnFinder } from '../column.ts';
import { listStates, STATE_FIELDS, writeState } from '../status.ts';
import { mergedFields } from './fields.ts';
import type { MergedObject } from './objects.ts';
import { MERGES, type MergedField, mergeShares, type Share, type Weights } from './rules.ts';

/** Makes the function that merges objects of a kind: the numbers of all rows of each as one. */
export function objectMerger(
  kind: 'frontend' | 'backend' | 'server',
  snapshots: readonly Snapshot[],
  options: MergeOptions,
): (objects: readonly MergedObject[]) => SampleTable<MergedSubject> {
  const states = options.status && kind !== 'frontend' ? STATE_FIELDS : [];
  const merged = [
    ...mergedFields(kind, options),
    ...states.map(field => ({ ...field, merge: MERGES.states })),
  ];
  const columns = merged.map(field => ({ field, totals: new Float64Array(BLOCK) }));
  const weights = new Float64Array(BLOCK);
  const servers = new Float64Array(BLOCK);
  const hasServers = kind === 'backend';
  const fields = [...merged, ...(hasServers ? [{ name: 'TotalServers' }] : [])];
  const values = [...columns.map(({ totals }) => totals), ...(hasServers ? [servers] : [])];
  const processes = snapshots.map(snapshot => ({ snapshot, startReading: shareReader(snapshot) }));
  return objects => {
    const found = findRows(objects);
    const readers = processes.flatMap(({ snapshot, startReading }) => {
      const rows = found.get(snapshot);
      return rows === undefined ? [] : [startReading(rows)];
    });
    for (const { field, totals } of columns) {
      const shares = readers.map(read => read(field));
      mergeShares(field.merge, shares, { totals, weights });
    }
    if (hasServers) servers.set(objects.map(object => object.servers));
    return { subjects: objects.map(({ subject }) => subject), fields, values };
  };
}

/** Rows of one process, and of each the number of the object that it belongs to. */
interface Rows {
  readonly rows: number[];
  readonly owners: number[];
}

function findRows(objects: readonly MergedObject[]): ReadonlyMap<Snapshot, Rows> {
  const found = new Map<Snapshot, Rows>();
  for (let owner = 0; owner < objects.length; owner++) {
    for (const { snapshot, index } of objects[owner]?.rows ?? []) {
      const known = found.get(snapshot) ?? { rows: [], owners: [] };
      found.set(snapshot, known);
      known.rows.push(index);
      known.owners.push(owner);
    }
  }
  return found;
}

/** Makes the function that reads what rows of one process say of a field. */
function shareReader({ stat }: Snapshot): (rows: Rows) => (field: MergedField) => Share {
  const indexOf = columnFinder(stat);
  return ({ rows, owners }) => {
    const read = (name: string, values: Float64Array): Float64Array => {
      stat.numbers(rows, indexOf(name), values);
      return values;
    };
    const newColumn = (): Float64Array => new Float64Array(rows.length);
    const weights = weigh(read('lbtot', newColumn()), read('req_tot', newColumn()));
    const values = newColumn(); // of one field after the other
    let states: ReturnType<typeof listStates> | undefined;
    return ({ name, state, merge }) => {
      if (state !== undefined) {
        states ??= listStates(stat, rows, indexOf('status'));
        writeState(states, state, values);
        return { values, empty: merge.empty, weights, owners };
      }
      // A column that this process does not have is no empty cell.
      const empty = indexOf(name) === -1 ? Number.NaN : merge.empty;
      return { values: read(name, values), empty, weights, owners };
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
