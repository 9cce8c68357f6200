import type { Place } from '../types.ts';

/**
 * Returns a function that notes a place: true if it was free; if it was taken before, calls `onClash` with its path and
 * returns false.
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
