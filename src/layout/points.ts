import type { Layout, Naming, Place, Point, Sample } from '../types.ts';
import { cleaner } from './name.ts';

/** Gives each sample its point. Of two subjects with one place the first is sent; `onClash` is told of the other. */
export function* namePoints<Subject>(
  samples: Iterable<Sample<Subject>>,
  layout: Layout<Subject>,
  naming: Naming,
  onClash: (key: string) => void,
): Iterable<Point> {
  const placesOf = layout.places(naming);
  const clean = cleaner({ dots: false, colons: false });
  const fields = new Map<string, string>();
  const taken = new Set<string>();
  let current: Subject | undefined;
  let places: readonly Place[] = [];
  for (const { subject, field, state, value } of samples) {
    if (subject !== current) {
      current = subject;
      places = placesOf(subject).filter(({ key }) => {
        const isTaken = taken.has(key);
        if (isTaken) onClash(key);
        taken.add(key);
        return !isTaken;
      });
    }
    const name = fields.get(field) ?? clean(field);
    fields.set(field, name);
    for (const place of places) yield place.point(name, state, value);
  }
}
