import type { Place } from '../types.ts';

/** A place in a tree of levels: PREFIX.FIELD, and PREFIX.status.STATE. */
export function placeBelow(prefix: string): Place {
  return {
    key: prefix,
    point: (field, state, value) => ({
      path: state === undefined ? `${prefix}.${field}` : `${prefix}.${field}.${state}`,
      value,
    }),
  };
}
