import type { Selection } from '../plan.ts';
import type { Field, ProcessSubject, SampleTable, Snapshot } from '../types.ts';
import { BLOCK, blocksOf } from './blocks.ts';
import { columnFinder } from './column.ts';
import { listRows, listTypes } from './row-types.ts';
import type { Metrics } from './select.ts';
import { listStates, STATE_FIELDS, writeState } from './status.ts';

/** Every selected number: for each process its own first, then its rows' in HAProxy's order. */
export function* sampleSnapshots(
  snapshots: readonly Snapshot[],
  metrics: Metrics,
): Iterable<SampleTable<ProcessSubject>> {
  for (const snapshot of snapshots) {
    yield sampleInfo(snapshot, metrics.info);
    yield* sampleRows(snapshot, metrics.stat);
  }
}

function sampleInfo(snapshot: Snapshot, selection: Selection): SampleTable<ProcessSubject> {
  const fields: Field[] = [];
  const values: Float64Array[] = [];
  for (const [name, { number }] of snapshot.info) {
    if (number === undefined || !isSelected(selection, name)) continue;
    fields.push({ name });
    values.push(Float64Array.of(number));
  }
  return { subjects: [{ snapshot }], fields, values };
}

function* sampleRows(snapshot: Snapshot, selection: Selection): Iterable<SampleTable<ProcessSubject>> {
  const { stat } = snapshot;
  const indexOf = columnFinder(stat);
  const [proxy, service] = [indexOf('pxname'), indexOf('svname')];
  const [type, status] = [indexOf('type'), indexOf('status')];
  const numbers = stat.columns.flatMap(({ name, text }, index) =>
    !text && isSelected(selection, name) ? [{ field: { name }, index, values: new Float64Array(BLOCK) }] : [],
  );
  const hasStates = status !== -1 && isSelected(selection, 'status');
  const states = (hasStates ? STATE_FIELDS : []).map(field => ({ field, values: new Float64Array(BLOCK) }));
  const fields: readonly Field[] = [...numbers, ...states].map(({ field }) => field);
  const values = [...numbers, ...states].map(column => column.values);
  for (const rows of blocksOf(listRows(stat))) {
    const types = listTypes(stat, rows, type);
    const subjects = rows.map((row, index) => ({
      snapshot,
      row: { type: types[index], proxy: stat.text(row, proxy), service: stat.text(row, service) },
    }));
    for (const column of numbers) stat.numbers(rows, column.index, column.values);
    const found = hasStates ? listStates(stat, rows, status) : [];
    for (const { field, values: into } of states) writeState(found, field.state, into);
    yield { subjects, fields, values };
  }
}

function isSelected(selection: Selection, field: string): boolean {
  return selection === 'all' || selection.has(field);
}
