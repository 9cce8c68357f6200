import type { StatTable } from '../types.ts';

/** Returns a function that gives a column's index by its name, -1 if there is none. */
export function columnFinder({ columns }: StatTable): (name: string) => number {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  return name => places.get(name) ?? -1;
}
