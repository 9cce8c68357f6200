import type { Field, PointField, PointTable, SampleTable } from '../types.ts';
import type { Layout, Naming } from './layout.ts';
import { cleaner } from './name.ts';
import { placeTaker } from './place.ts';
import { remember } from './remember.ts';

/** Gives each sample its places. Of two subjects with one place the first is sent; `onClash` is told of the other. */
export function* namePoints<Subject>(
  samples: Iterable<SampleTable<Subject>>,
  layout: Layout<Subject>,
  naming: Naming,
  onClash: (key: string) => void,
): Iterable<PointTable> {
  const placesOf = layout.places(naming);
  const take = placeTaker(onClash);
  const namesOf = remember((fields: readonly Field[]) => nameFields(fields, layout));
  for (const { subjects, fields, values } of samples) {
    const places = subjects.map(subject => placesOf(subject).filter(take));
    yield { places, fields: namesOf(fields), values };
  }
}

function nameFields<Subject>(fields: readonly Field[], layout: Layout<Subject>): readonly PointField[] {
  const clean = cleaner({ dots: false, colons: false });
  return fields.map(field => layout.fieldOf({ ...field, name: clean(field.name) }));
}
