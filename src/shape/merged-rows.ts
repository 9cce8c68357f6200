import type { Field, MergedSubject, MergeOptions, Sample, Snapshot } from '../types.ts';
import { columnFinder } from './column.ts';
import { addValues, clearTally, MERGES, readTally, startTally, type Tally, type Weights } from './merge.ts';
import { mergedFields } from './merged-fields.ts';
import type { MergedObject } from './merged-objects.ts';
import { STATE_FIELDS, writeStates } from './status.ts';

/** Takes the row of a number into the tally. */
type RowReader = (index: number) => void;

/**
 * Makes the function that reads the objects of a kind: the numbers of all rows of one as one. They are merged one after the
 * other, when they are asked for: only where their rows are is kept of all of them.
 */
export function objectReader(
  kind: 'frontend' | 'backend' | 'server',
  snapshots: readonly Snapshot[],
  options: MergeOptions,
): (object: MergedObject) => Sample<MergedSubject> {
  const states = options.status && kind !== 'frontend' ? STATE_FIELDS : [];
  const merged = [
    ...mergedFields(kind, options),
    ...states.map(field => ({ ...field, merge: MERGES.states })),
  ];
  const tally = startTally(merged.map(({ merge }) => merge));
  const rowReaders = new Map(snapshots.map(snapshot => [snapshot, rowReader(snapshot, merged, tally)]));
  const fields = [...merged, ...(kind === 'backend' ? [{ name: 'TotalServers' }] : [])];
  const values = new Float64Array(fields.length);
  return ({ subject, rows, servers }) => {
    clearTally(tally);
    for (const { snapshot, index } of rows) rowReaders.get(snapshot)?.(index);
    readTally(tally, values);
    if (kind === 'backend') values[merged.length] = servers;
    return { subject, fields, values };
  };
}

function rowReader({ stat }: Snapshot, fields: readonly Field[], tally: Tally): RowReader {
  const indexOf = columnFinder(stat);
  const [status, lbtot, requests] = [indexOf('status'), indexOf('lbtot'), indexOf('req_tot')];
  const numbers = fields.filter(({ state }) => state === undefined);
  const columns = numbers.map(({ name }) => indexOf(name));
  // A column that this process does not have is no empty cell.
  const merges = tally.merges.map((merge, at) =>
    columns[at] === -1 ? { ...merge, empty: Number.NaN } : merge,
  );
  const values = new Float64Array(fields.length);
  return index => {
    const row = stat.row(index);
    row.numbers(columns, values);
    if (numbers.length < fields.length) writeStates(row.text(status), values, numbers.length);
    const [chosen, served] = [row.number(lbtot) || 0, row.number(requests)];
    const weights: Weights = {
      one: 1,
      busy: chosen > 0 ? 1 : 0,
      samples: Math.min(1024, Number.isNaN(served) ? chosen : served),
    };
    addValues(tally, values, merges, weights);
  };
}
