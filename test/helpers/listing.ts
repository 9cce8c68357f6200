import type { Field, Place, Points, Sample, StatRow, StatTable } from '../../src/types.ts';

/** What `read` makes of each row of a table. */
export function listRows<T>(table: StatTable, read: (row: StatRow) => T): T[] {
  return Array.from({ length: table.length }, (_, index) => read(table.row(index)));
}

/** A sample's fields that have a value. */
export function listValues({
  fields,
  values,
}: Pick<Sample<unknown>, 'fields' | 'values'>): [Field, number][] {
  return fields
    .map((field, index): [Field, number] => [field, values[index] ?? Number.NaN])
    .filter(([, value]) => !Number.isNaN(value));
}

/** The path and the value of each datapoint. */
export function listPoints(points: Iterable<Points>): [path: string, value: number][] {
  return Array.from(points, ({ place, ...sample }) =>
    listValues(sample).map(([field, value]): [string, number] => [place.prefix + place.rest(field), value]),
  ).flat();
}

/** Datapoints with paths as they stand, each in a place of its own. */
export function pointsOf(list: readonly { readonly path: string; readonly value: number }[]): Points[] {
  return list.map(({ path, value }) => ({ place: placeOf(path), fields: [{ name: '' }], values: [value] }));
}

function placeOf(path: string): Place {
  return { key: path, prefix: path, rest: ({ name }) => name };
}
