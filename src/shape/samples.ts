import { BLOCK, blocksOf } from '../blocks.ts';
import type { Filter } from '../plan.ts';
import type { Field, Note, ProcessSubject, SampleTable, Snapshot, StatTable, Values } from '../types.ts';
import { columnFinder } from './column.ts';
import { exclusionTest, type KeepsRow, keepsKind, rowFilter } from './filter.ts';
import { rowMerger } from './merged/rows.ts';
import { MERGES, mergeOf } from './merged/rules.ts';
import { sampleOthers } from './others.ts';
import { type RowTable, rowTable } from './row-table.ts';
import { findRows, type NamedRows } from './rows.ts';
import { fieldSelector, type Selects } from './select.ts';
import { listStates, STATE_FIELDS, writeState } from './status.ts';

/** The choice of numbers of each process. */
export interface Sampling {
  /** The words of `--metrics`. */
  readonly metrics: readonly string[];
  /** The fields that `default` stands for. */
  readonly defaults: readonly string[];
  readonly filter: Filter;
  /** Cleans a name for paths. */
  readonly clean: (name: string) => string;
}

/**
 * Yields, for each process in turn, tables of the selected numbers: its own, its uniquely named rows in HAProxy's order, a
 * block at a time, its rows that share a name (those of one kind as one), its name servers, its stick tables. Each table is
 * valid only until the next one. Calls `tell` for each row whose status is not known.
 */
export function* sampleSnapshots(
  snapshots: readonly Snapshot[],
  sampling: Sampling,
  tell: (status: string) => void,
): Iterable<SampleTable<ProcessSubject>> {
  const { metrics, defaults, filter } = sampling;
  const selects = fieldSelector(metrics, defaults);
  for (const snapshot of snapshots) {
    if (keepsKind(filter, 'process')) yield sampleInfo(snapshot, selects);
    yield* sampleRows(snapshot, selects, sampling, tell);
    yield* sampleOthers(snapshot, metrics, filter);
  }
}

function sampleInfo(snapshot: Snapshot, selects: Selects): SampleTable<ProcessSubject> {
  const fields: Field[] = [];
  const values: Float64Array[] = [];
  for (const [name, { number }] of snapshot.info) {
    if (number === undefined || !selects(name)) continue;
    fields.push({ name });
    values.push(Float64Array.of(number));
  }
  return { subjects: [{ kind: 'process', snapshot }], fields, values };
}

/** Samples rows with a unique name, block by block, and then the names that several rows share. */
function* sampleRows(
  snapshot: Snapshot,
  selects: Selects,
  { filter, clean }: Sampling,
  tell: (status: string) => void,
): Iterable<SampleTable<ProcessSubject>> {
  const { stat } = snapshot;
  const table = rowTable(stat);
  const { alone, shared } = findRows(table, processFilter(filter, table, clean));
  const status = columnFinder(stat)('status');
  const numbers = stat.columns.flatMap(({ name, text }, index) =>
    !text && selects(name) ? [{ field: { name }, index, values: new Float64Array(BLOCK) }] : [],
  );
  const hasStates = status !== -1 && selects('status');
  const states = (hasStates ? STATE_FIELDS : []).map(field => ({ field, values: new Float64Array(BLOCK) }));
  const fields: readonly Field[] = [...numbers, ...states].map(({ field }) => field);
  const values = [...numbers, ...states].map(column => column.values);
  const subjectOf = (row: number): ProcessSubject => ({
    snapshot,
    kind: table.kinds[row] ?? 'server',
    proxy: table.proxy(row),
    service: table.service(row),
  });
  for (const rows of blocksOf(alone)) {
    for (const column of numbers) stat.numbers(rows, column.index, column.values);
    const found = hasStates ? listStates(stat, rows, status, tell) : [];
    for (const { field, values: into } of states) writeState(found, field.state, into);
    yield { subjects: rows.map(subjectOf), fields, values };
  }
  yield* sampleShared(snapshot, shared, fields, subjectOf, tell);
}

/** Joins the filter and haproxystats' lists of proxies; undefined if all rows are kept. */
function processFilter(
  filter: Filter,
  table: RowTable,
  clean: (name: string) => string,
): KeepsRow | undefined {
  const [keeps, isHidden] = [rowFilter(filter, table), exclusionTest(filter, clean)];
  if (isHidden === undefined) return keeps;
  return row => (keeps?.(row) ?? true) && !isHidden(table.kinds[row] ?? 'server', table.proxy(row));
}

/** Samples several rows of one kind and name as one, merged by the meaning of each field. */
function* sampleShared(
  snapshot: Snapshot,
  shared: readonly NamedRows[],
  fields: readonly Field[],
  subjectOf: (row: number) => ProcessSubject,
  tell: (status: string) => void,
): Iterable<SampleTable<ProcessSubject>> {
  if (shared.length === 0) return;
  const merged = fields.map(field => {
    const merge = field.state === undefined ? mergeOf(field.name) : MERGES.states;
    return { ...field, merge: { ...merge, empty: Number.NaN } };
  });
  const merge = rowMerger(merged, ({ stat }) => stat, tell);
  for (const block of blocksOf(shared)) {
    const values = merge(block.map(({ rows }) => ({ rows: rows.map(index => ({ snapshot, index })) })));
    const first = block.map(({ rows: [row = 0] }) => row);
    keepSingle(snapshot.stat, block, first, fields, values);
    yield { subjects: first.map(subjectOf), fields, values, notes: block.map(({ note }): Note => note) };
  }
}

/** A single row of its kind stays as it is. */
function keepSingle(
  stat: StatTable,
  block: readonly NamedRows[],
  first: readonly number[],
  fields: readonly Field[],
  values: Values,
): void {
  const indexOf = columnFinder(stat);
  const own = new Float64Array(first.length);
  fields.forEach(({ name, state }, column) => {
    if (state !== undefined) return;
    stat.numbers(first, indexOf(name), own);
    block.forEach(({ rows }, index) => {
      if (rows.length === 1) values[column]?.set(own.subarray(index, index + 1), index);
    });
  });
}
