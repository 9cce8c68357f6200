import type { Field, Layout, Naming, Place, Points, Samples } from '../types.ts';
import { cleaner } from './name.ts';
import { remember } from './remember.ts';

/** Gives each sample its places. Of two subjects with one place the first is sent; `onClash` is told of the other. */
export function* namePoints<Subject>(
  samples: Iterable<Samples<Subject>>,
  layout: Layout<Subject>,
  naming: Naming,
  onClash: (key: string) => void,
): Iterable<Points> {
  const placesOf = layout.places(naming);
  const taken = new Set<string>();
  const isFree = ({ key }: Place): boolean => {
    const before = taken.size;
    if (taken.add(key).size > before) return true;
    onClash(key);
    return false;
  };
  const namesOf = remember(cleanNames);
  for (const { subjects, fields, values } of samples) {
    const places = subjects.map(subject => placesOf(subject).filter(isFree));
    yield { places, fields: namesOf(fields), values };
  }
}

function cleanNames(fields: readonly Field[]): readonly Field[] {
  const clean = cleaner({ dots: false, colons: false });
  return fields.map(field => ({ ...field, name: clean(field.name) }));
}
