import type { Field, Place } from '../types.ts';

/** A place in a tree of levels: PREFIX.FIELD, and PREFIX.status.STATE. */
export function placeBelow(prefix: string): Place {
  return { key: prefix, prefix: `${prefix}.`, name: nameBelow };
}

function nameBelow({ name, state }: Field): string {
  return state === undefined ? name : `${name}.${state}`;
}

/** Makes the function that takes places: false for one that was taken before, whose key `onClash` is told. */
export function placeTaker(onClash: (key: string) => void): (place: Place) => boolean {
  const taken = new Set<string>();
  return ({ key }) => {
    const before = taken.size;
    if (taken.add(key).size > before) return true;
    onClash(key);
    return false;
  };
}
