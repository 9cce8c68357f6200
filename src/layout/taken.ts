import type { Place } from '../types.ts';

/** Makes the function that takes places: false for one that was taken before, and `onClash` takes its path. */
export function placeTaker(onClash: (path: string) => void): (place: Place) => boolean {
  const taken = new Set<string>();
  return place => {
    const size = taken.size;
    const isNew = taken.add(place.prefix + place.before + place.after).size > size;
    if (!isNew) onClash(showPlace(place));
    return isNew;
  };
}

/** Shows a place in messages. */
export function showPlace({ prefix, before, after }: Place): string {
  return `${prefix.replace(/\.$/, '')}${before}${after}`;
}
