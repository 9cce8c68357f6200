import type { Field, Layout, Naming, Points, Sample } from '../types.ts';
import { cleaner } from './name.ts';
import { remember } from './remember.ts';

/** Gives each sample its places. Of two subjects with one place the first is sent; `onClash` is told of the other. */
export function* namePoints<Subject>(
  samples: Iterable<Sample<Subject>>,
  layout: Layout<Subject>,
  naming: Naming,
  onClash: (key: string) => void,
): Iterable<Points> {
  const placesOf = layout.places(naming);
  const taken = new Set<string>();
  const namesOf = remember(cleanNames);
  for (const { subject, fields, values } of samples) {
    const clean = namesOf(fields);
    for (const place of placesOf(subject)) {
      const before = taken.size;
      if (taken.add(place.key).size === before) onClash(place.key);
      else yield { place, fields: clean, values };
    }
  }
}

function cleanNames(fields: readonly Field[]): readonly Field[] {
  const clean = cleaner({ dots: false, colons: false });
  return fields.map(field => ({ ...field, name: clean(field.name) }));
}
