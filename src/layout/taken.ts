import type { Place } from '../types.ts';

/**
 * Returns a function that claims a place: it returns true if the place was free; if not, it calls `onClash` with the place's
 * path and returns false.
 */
export function placeTaker(onClash: (path: string) => void): (place: Place) => boolean {
  const taken = new Set<string>();
  return place => {
    const size = taken.size;
    const isNew = taken.add(place.prefix + place.before + place.after).size > size;
    if (!isNew) onClash(showPlace(place));
    return isNew;
  };
}

/** Formats a place for messages. */
export function showPlace({ prefix, before, after }: Place): string {
  return `${prefix.replace(/\.$/, '')}${before}${after}`;
}
