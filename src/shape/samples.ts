import type { Field, Metrics, ProcessSubject, RowType, Sample, Selection, Snapshot } from '../types.ts';
import { columnFinder } from './column.ts';
import { STATE_FIELDS, writeStates } from './status.ts';

type Samples = Iterable<Sample<ProcessSubject>>;

/** The values of the column `type`. */
const TYPES: readonly RowType[] = ['frontend', 'backend', 'server', 'listener'];

/** Every selected number: for each process its own first, then its rows' in HAProxy's order. */
export function* sampleSnapshots(snapshots: readonly Snapshot[], metrics: Metrics): Samples {
  for (const snapshot of snapshots) {
    yield sampleInfo(snapshot, metrics.info);
    yield* sampleRows(snapshot, metrics.stat);
  }
}

function sampleInfo(snapshot: Snapshot, selection: Selection): Sample<ProcessSubject> {
  const fields: Field[] = [];
  const values: number[] = [];
  for (const [name, { number }] of snapshot.info) {
    if (number === undefined || !isSelected(selection, name)) continue;
    fields.push({ name });
    values.push(number);
  }
  return { subject: { snapshot }, fields, values };
}

function* sampleRows(snapshot: Snapshot, selection: Selection): Samples {
  const { columns, length } = snapshot.stat;
  const indexOf = columnFinder(snapshot.stat);
  const [proxy, service, status, typeColumn] = [
    indexOf('pxname'),
    indexOf('svname'),
    indexOf('status'),
    indexOf('type'),
  ];
  const numbers = columns.flatMap(({ name, text }, index) =>
    !text && isSelected(selection, name) ? [{ name, index }] : [],
  );
  const wanted = numbers.map(({ index }) => index);
  const states = status !== -1 && isSelected(selection, 'status') ? STATE_FIELDS : [];
  const fields: readonly Field[] = [...numbers.map(({ name }) => ({ name })), ...states];
  const values = new Float64Array(fields.length);
  for (let index = 0; index < length; index++) {
    const row = snapshot.stat.row(index);
    row.numbers(wanted, values);
    if (states.length > 0) writeStates(row.text(status), values, wanted.length);
    const type = TYPES[row.number(typeColumn)];
    const subject = { snapshot, row: { type, proxy: row.text(proxy), service: row.text(service) } };
    yield { subject, fields, values };
  }
}

function isSelected(selection: Selection, field: string): boolean {
  return selection === 'all' || selection.has(field);
}
