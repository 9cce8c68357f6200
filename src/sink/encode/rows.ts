import { countRow } from '../../count.ts';
import type { Place, PointField, PointTable } from '../../types.ts';
import type { Encoding } from '../sink.ts';

/** A row of a table, and one of its places. */
export interface PlacedRow {
  readonly row: number;
  readonly place: Place;
}

/** Some rows of one table. */
export interface RowBlock {
  readonly table: PointTable;
  readonly rows: readonly PlacedRow[];
}

/** Most rows of a block. */
const BLOCK = 256;

/** Lists the rows of tables in blocks, each row with each of its places; refuses a place that is itself longer than a line. */
export function* listRows(points: Iterable<PointTable>, { limits, refuse }: Encoding): Iterable<RowBlock> {
  for (const table of points) {
    let rows: PlacedRow[] = [];
    for (let row = 0; row < table.places.length; row++) {
      for (const place of table.places[row] ?? []) {
        const fits = place.prefix.length + place.before.length + place.after.length <= limits.line;
        if (fits) rows.push({ row, place });
        else refuse(showPath(place, table.fields[0]), countRow(table.values, row));
      }
      if (rows.length >= BLOCK) {
        yield { table, rows };
        rows = [];
      }
    }
    if (rows.length > 0) yield { table, rows };
  }
}

/** Stands in for a field that the compiler cannot know to be there. */
export const NO_FIELD: PointField = { name: '', tag: '' };

/** Most characters of a path in messages. */
const SHOWN = 200;

/** The start of a datapoint's path, for messages. */
export function showPath({ prefix, before, after }: Place, { name, tag }: PointField = NO_FIELD): string {
  return `${prefix}${name}${before}${tag}${after}`.slice(0, SHOWN);
}
