import type { Metrics, Sample, Selection, Snapshot, Subject } from '../types.ts';
import { STATES, stateOf } from './status.ts';

/** Every selected number: for each process its own first, then its rows' in HAProxy's order. */
export function* sampleSnapshots(snapshots: readonly Snapshot[], metrics: Metrics): Iterable<Sample> {
  for (const snapshot of snapshots) {
    yield* sampleInfo(snapshot, metrics.info);
    yield* sampleRows(snapshot, metrics.stat);
  }
}

function* sampleInfo(snapshot: Snapshot, selection: Selection): Iterable<Sample> {
  const subject: Subject = { snapshot };
  for (const [field, { number: value }] of snapshot.info) {
    if (value !== undefined && isSelected(selection, field))
      yield { subject, field, state: undefined, value };
  }
}

function* sampleRows(snapshot: Snapshot, selection: Selection): Iterable<Sample> {
  const { columns, rows } = snapshot.stat;
  const proxy = columns.findIndex(column => column.name === 'pxname');
  const service = columns.findIndex(column => column.name === 'svname');
  const status = columns.findIndex(column => column.name === 'status');
  const numbers = columns.flatMap(({ name, text }, index) =>
    !text && isSelected(selection, name) ? [{ field: name, index }] : [],
  );
  const withStatus = status !== -1 && isSelected(selection, 'status');
  for (const row of rows()) {
    const subject: Subject = { snapshot, row: { proxy: row.text(proxy), service: row.text(service) } };
    for (const { field, index } of numbers) {
      const value = row.number(index);
      if (value !== undefined) yield { subject, field, state: undefined, value };
    }
    if (withStatus) yield* sampleStatus(subject, row.text(status));
  }
}

function* sampleStatus(subject: Subject, status: string): Iterable<Sample> {
  const current = stateOf(status);
  if (current === undefined) return;
  for (const state of STATES) yield { subject, field: 'status', state, value: state === current ? 1 : 0 };
}

function isSelected(selection: Selection, field: string): boolean {
  return selection === 'all' || selection.has(field);
}
