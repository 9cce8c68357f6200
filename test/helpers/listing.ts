import type { Field, Place, PointTable, SampleTable, StatTable, Values } from '../../src/types.ts';

/** A row of `show stat`. */
export interface Row {
  text(column: number): string;
  number(column: number): number;
}

/** What `read` makes of each row of a table. */
export function listRows<T>(table: StatTable, read: (row: Row) => T): T[] {
  return Array.from({ length: table.length }, (_, index) => read(rowOf(table, index)));
}

function rowOf(table: StatTable, row: number): Row {
  return {
    text: column => table.text(row, column),
    number: column => {
      const number = new Float64Array(1);
      table.numbers([row], column, number);
      return number[0] ?? Number.NaN;
    },
  };
}

/** Each subject and its fields that have a value. */
export function listSubjects<Subject>(
  samples: Iterable<SampleTable<Subject>>,
): [Subject, [Field, number][]][] {
  return Array.from(samples, ({ subjects, fields, values }) =>
    subjects.map((subject, row): [Subject, [Field, number][]] => [subject, listRow(fields, values, row)]),
  ).flat();
}

function listRow(fields: readonly Field[], values: Values, row: number): [Field, number][] {
  return fields
    .map((field, index): [Field, number] => [field, values[index]?.[row] ?? Number.NaN])
    .filter(([, value]) => !Number.isNaN(value));
}

/** The path, the value and the tags of each datapoint. */
export function listPoints(points: Iterable<PointTable>): [path: string, value: number, ...tags: string[]][] {
  return Array.from(points, ({ places, fields, values }) =>
    places.flatMap((ofRow, row) => ofRow.flatMap(place => listPlace(place, listRow(fields, values, row)))),
  ).flat();
}

function listPlace(place: Place, values: [Field, number][]): [string, number, ...string[]][] {
  return values.map(([field, value]) => [
    place.prefix + place.name(field) + (place.suffix?.(field.state) ?? ''),
    value,
    ...(place.tags?.(field.state) ?? []),
  ]);
}

/** Datapoints with paths as they stand, each in a place of its own. */
export function pointsOf(list: readonly { readonly path: string; readonly value: number }[]): PointTable[] {
  return list.map(({ path, value }) => ({
    places: [[placeOf(path)]],
    fields: [{ name: '' }],
    values: [Float64Array.of(value)],
  }));
}

function placeOf(path: string): Place {
  return { key: path, prefix: path, name: ({ name }) => name };
}
