import type { Field, Place, PointField } from '../types.ts';

/** A place in a tree of levels: PREFIX.FIELD, and PREFIX.status.STATE. */
export function placeBelow(prefix: string): Place {
  return { prefix: `${prefix}.`, before: '', after: '' };
}

/** A field in a tree: its state is one more level. */
export function levelField({ name, state }: Field): PointField {
  return { name: state === undefined ? name : `${name}.${state}`, tag: '' };
}

/** Makes the function that takes places: false for one that was taken before, of which `onClash` is told. */
export function placeTaker(onClash: (path: string) => void): (place: Place) => boolean {
  const taken = new Set<string>();
  return place => {
    const [size, key] = [taken.size, showPlace(place)];
    if (taken.add(key).size > size) return true;
    onClash(key);
    return false;
  };
}

function showPlace({ prefix, before, after }: Place): string {
  return `${prefix.replace(/\.$/, '')}${before}${after}`;
}
