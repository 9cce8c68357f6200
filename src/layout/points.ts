import type { Layout, Naming, Point, Sample, Subject } from '../types.ts';

/** Gives each sample its path. Of two subjects with one path the first is sent; `onClash` is told of the other. */
export function* namePoints(
  samples: Iterable<Sample>,
  layout: Layout,
  naming: Naming,
  onClash: (path: string) => void,
): Iterable<Point> {
  const prefixOf = layout.prefixes(naming);
  const fields = new Map<string, string>();
  const taken = new Set<string>();
  let current: Subject | undefined;
  let prefix = '';
  let clashes = false;
  for (const { subject, field, state, value } of samples) {
    if (subject !== current) {
      current = subject;
      prefix = prefixOf(subject);
      clashes = taken.has(prefix);
      taken.add(prefix);
      if (clashes) onClash(prefix);
    }
    if (clashes) continue;
    const name = fields.get(field) ?? naming.clean(field);
    fields.set(field, name);
    yield { path: state === undefined ? `${prefix}.${name}` : `${prefix}.${name}.${state}`, value };
  }
}
