import type {
  Field,
  Place,
  PointField,
  PointTable,
  SampleTable,
  StatTable,
  Values,
} from '../../src/types.ts';

/** A row of `show stat`. */
export interface Row {
  text(column: number): string;
  number(column: number): number;
}

/** Lists the result of `read` for each row of a table. */
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

function listRow<F>(fields: readonly F[], values: Values, row: number): [F, number][] {
  return fields
    .map((field, index): [F, number] => [field, values[index]?.[row] ?? Number.NaN])
    .filter(([, value]) => !Number.isNaN(value));
}

/** The path with its tags, and the value, of each datapoint. */
export function listPoints(points: Iterable<PointTable>): [path: string, value: number][] {
  return Array.from(points, ({ places, fields, values }) =>
    places.flatMap((ofRow, row) => ofRow.flatMap(place => listPlace(place, listRow(fields, values, row)))),
  ).flat();
}

function listPlace({ prefix, before, after }: Place, values: [PointField, number][]): [string, number][] {
  return values.map(([{ name, tag }, value]) => [`${prefix}${name}${before}${tag}${after}`, value]);
}

/** Datapoints with paths as they stand, each in a place of its own. */
export function pointsOf(list: readonly { readonly path: string; readonly value: number }[]): PointTable[] {
  return list.map(({ path, value }) => ({
    places: [[{ prefix: path, before: '', after: '' }]],
    fields: [{ name: '', tag: '' }],
    values: [Float64Array.of(value)],
  }));
}
