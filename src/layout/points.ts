import { natureOf } from '../fields.ts';
import { remember } from '../remember.ts';
import type { Field, PointField, PointTable, SampleTable, Values } from '../types.ts';
import type { Naming, Notation, Placement } from './layout.ts';
import { cleaner } from './name.ts';
import { placeTaker, showPlace } from './taken.ts';

/** Called with an oddity: `lost` if the run leaves something out because of it, `kept` if it sends everything. */
export type Tell = (text: string, harm: 'lost' | 'kept') => void;

/**
 * Returns each subject its paths. Of two subjects with one place only the first is sent. Calls `tell` with each oddity and its
 * path.
 */
export function* namePoints<Subject>(
  samples: Iterable<SampleTable<Subject>>,
  layout: Notation & Placement<Subject>,
  naming: Naming,
  tell: Tell,
): Iterable<PointTable> {
  const placesOf = layout.places(naming);
  let reason: string | undefined;
  const take = placeTaker(path => tell(`${path}: ${reason}, only the first is sent`, 'lost'));
  const isDistinct = layout.distinct?.(naming) ?? (() => false);
  const columnsOf = remember((fields: readonly Field[]) => nameColumns(fields, layout, naming.deltas, tell));
  for (const { subjects, fields, values, notes } of samples) {
    const places = subjects.map((subject, row) => {
      const note = notes?.[row];
      reason = note?.hidden ?? 'two names become this path';
      const own = isDistinct(subject) ? placesOf(subject) : placesOf(subject).filter(take);
      if (note?.merged !== undefined)
        for (const place of own) tell(`${showPlace(place)}: ${note.merged}`, 'kept');
      return own;
    });
    const { fields: named, keep } = columnsOf(fields);
    yield { places, fields: named, values: keep(values) };
  }
}

/** Fields as the layout writes them, and the choice of their columns. */
interface Columns {
  readonly fields: readonly PointField[];
  keep(values: Values): Values;
}

/** Names the fields; of two that become one name, the first is sent. */
function nameColumns(fields: readonly Field[], layout: Notation, deltas: boolean, tell: Tell): Columns {
  const named = fields.map((field): PointField => {
    const point = layout.fieldOf({ ...field, name: cleanField(field.name) });
    return deltas && natureOf(field.name) === 'counter' ? { ...point, counts: true } : point;
  });
  const first = new Map<string, number>();
  named.forEach(({ name, tag }, index) => {
    if (!first.has(name + tag)) first.set(name + tag, index);
    else tell(`${name}: two fields of HAProxy become this name, only the first is sent`, 'lost');
  });
  if (first.size === named.length) return { fields: named, keep: values => values };
  const kept = [...first.values()];
  const pick = <T>(items: readonly T[]): T[] => kept.flatMap(index => items[index] ?? []);
  return { fields: pick(named), keep: values => pick<Float64Array>(values) };
}

const clean = cleaner({ dots: false, colons: false });

/** Cleans a field's name; `old_workers.count` and its like, which are ours, keep their level. */
function cleanField(name: string): string {
  const [, level = '', rest = name] = /^(old_workers\.)(.*)$/s.exec(name) ?? [];
  return `${level}${clean(rest)}`;
}
