import { blocksOf } from '../blocks.ts';
import type { Filter } from '../plan.ts';
import type { MergedSubject, ProcessSubject, SampleTable, Snapshot, StatTable } from '../types.ts';
import { columnFinder } from './column.ts';
import { keepsKind } from './filter.ts';
import { type ProcessRow, rowMerger } from './merged/rows.ts';
import { mergeOf } from './merged/rules.ts';
import { fieldSelector } from './select.ts';

/** A name server or stick table: the two kinds of subjects outside of `show stat`. */
type Other = Extract<MergedSubject, { kind: 'resolver' | 'table' }>;

/** Yields the numbers of one process's name servers and stick tables. */
export function* sampleOthers(
  snapshot: Snapshot,
  metrics: readonly string[],
  filter: Filter,
): Iterable<SampleTable<ProcessSubject>> {
  for (const samples of mergeOthers([snapshot], metrics, filter)) {
    yield { ...samples, subjects: samples.subjects.map(subject => ({ ...subject, snapshot })) };
  }
}

/** Yields the numbers of name servers and stick tables, merged over all processes. */
export function* mergeOthers(
  snapshots: readonly Snapshot[],
  metrics: readonly string[],
  filter: Filter,
): Iterable<SampleTable<Other>> {
  if (keepsKind(filter, 'resolvers')) yield* mergeResolvers(snapshots, metrics);
  if (keepsKind(filter, 'tables')) yield mergeTables(snapshots, metrics);
}

function* mergeResolvers(
  snapshots: readonly Snapshot[],
  metrics: readonly string[],
): Iterable<SampleTable<Other>> {
  const selects = fieldSelector(metrics, ['*']);
  const names = snapshots.flatMap(({ resolvers }) => resolvers?.columns ?? []).map(({ name }) => name);
  const fields = [...new Set(names)]
    .filter(name => name !== '' && !NAMES.includes(name) && selects(name))
    .map(name => ({ name, merge: { ...mergeOf(name), empty: Number.NaN } }));
  const found = new Map<string, { subject: Other; rows: ProcessRow[] }>();
  for (const snapshot of snapshots) {
    if (snapshot.resolvers === undefined) continue;
    for (const [index, subject] of listNameServers(snapshot.resolvers).entries()) {
      const key = JSON.stringify(subject);
      const known = found.get(key) ?? { subject, rows: [] };
      found.set(key, known);
      known.rows.push({ snapshot, index });
    }
  }
  const merge = rowMerger(
    fields,
    ({ resolvers, stat }) => resolvers ?? stat,
    () => undefined,
  );
  for (const block of blocksOf([...found.values()])) {
    yield { subjects: block.map(({ subject }) => subject), fields, values: merge(block) };
  }
}

/** The columns that name a name server and its section, which may be numbers. */
const NAMES = ['id', 'pid'];

function listNameServers(table: StatTable): Other[] {
  const indexOf = columnFinder(table);
  const [server = -1, section = -1] = NAMES.map(indexOf);
  return Array.from({ length: table.length }, (_, row) => ({
    kind: 'resolver',
    resolvers: table.text(row, section),
    nameserver: table.text(row, server),
  }));
}

function mergeTables(snapshots: readonly Snapshot[], metrics: readonly string[]): SampleTable<Other> {
  const selects = fieldSelector(metrics, ['*']);
  const found = new Map<string, { size: number; used: number }>();
  for (const { name, size, used } of snapshots.flatMap(({ tables }) => tables ?? [])) {
    const known = found.get(name);
    found.set(name, { size: size + (known?.size ?? 0), used: used + (known?.used ?? 0) });
  }
  const fields = (['size', 'used'] as const).filter(selects);
  return {
    subjects: Array.from(found.keys(), table => ({ kind: 'table', table })),
    fields: fields.map(name => ({ name })),
    values: fields.map(name => Float64Array.from(found.values(), values => values[name])),
  };
}
