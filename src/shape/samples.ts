import type { Metrics, ProcessSubject, RowType, Sample, Selection, Snapshot } from '../types.ts';
import { STATES, stateOf } from './status.ts';

type Samples = Iterable<Sample<ProcessSubject>>;

/** The values of the column `type`. */
const TYPES: readonly RowType[] = ['frontend', 'backend', 'server', 'listener'];

/** Every selected number: for each process its own first, then its rows' in HAProxy's order. */
export function* sampleSnapshots(snapshots: readonly Snapshot[], metrics: Metrics): Samples {
  for (const snapshot of snapshots) {
    yield* sampleInfo(snapshot, metrics.info);
    yield* sampleRows(snapshot, metrics.stat);
  }
}

function* sampleInfo(snapshot: Snapshot, selection: Selection): Samples {
  const subject: ProcessSubject = { snapshot };
  for (const [field, { number: value }] of snapshot.info) {
    if (value !== undefined && isSelected(selection, field))
      yield { subject, field, state: undefined, value };
  }
}

function* sampleRows(snapshot: Snapshot, selection: Selection): Samples {
  const { columns, rows } = snapshot.stat;
  const proxy = columns.findIndex(column => column.name === 'pxname');
  const service = columns.findIndex(column => column.name === 'svname');
  const status = columns.findIndex(column => column.name === 'status');
  const typeColumn = columns.findIndex(column => column.name === 'type');
  const numbers = columns.flatMap(({ name, text }, index) =>
    !text && isSelected(selection, name) ? [{ field: name, index }] : [],
  );
  const withStatus = status !== -1 && isSelected(selection, 'status');
  for (const row of rows()) {
    const subject: ProcessSubject = {
      snapshot,
      row: { type: TYPES[row.number(typeColumn) ?? -1], proxy: row.text(proxy), service: row.text(service) },
    };
    for (const { field, index } of numbers) {
      const value = row.number(index);
      if (value !== undefined) yield { subject, field, state: undefined, value };
    }
    if (withStatus) yield* sampleStatus(subject, row.text(status));
  }
}

function* sampleStatus(subject: ProcessSubject, status: string): Samples {
  const current = stateOf(status);
  if (current === undefined) return;
  for (const state of STATES) yield { subject, field: 'status', state, value: state === current ? 1 : 0 };
}

function isSelected(selection: Selection, field: string): boolean {
  return selection === 'all' || selection.has(field);
}
