import type { Field, Place } from '../types.ts';

/** A place in a tree of levels: PREFIX.FIELD, and PREFIX.status.STATE. */
export function placeBelow(prefix: string): Place {
  return { key: prefix, prefix: `${prefix}.`, name: nameBelow };
}

function nameBelow({ name, state }: Field): string {
  return state === undefined ? name : `${name}.${state}`;
}
