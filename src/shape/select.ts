import type { Selection } from '../plan.ts';
import type { DefaultFields, Snapshot } from '../types.ts';

/** What `--metrics` says: `default` stands for the layout's own fields, `all` for every numeric one. */
export function selectMetrics(names: readonly string[], defaults: DefaultFields): Metrics {
  return { info: select(names, defaults.info), stat: select(names, defaults.stat) };
}

function select(names: readonly string[], defaults: readonly string[]): Selection {
  if (names.includes('all')) return 'all';
  return new Set(names.flatMap(name => (name === 'default' ? defaults : [name])));
}

/** Names that were asked for and that no HAProxy read has numbers for: mistyped, or the name of a text. */
export function findUnknown(names: readonly string[], snapshots: readonly Snapshot[]): readonly string[] {
  const known = new Set(['default', 'all', 'status']);
  for (const { info, stat } of snapshots) {
    for (const [field, { number }] of info) if (number !== undefined) known.add(field);
    for (const { name, text } of stat.columns) if (!text) known.add(name);
  }
  return names.filter(name => !known.has(name));
}

/** What is sent of each answer. */
export interface Metrics {
  readonly info: Selection;
  readonly stat: Selection;
}
