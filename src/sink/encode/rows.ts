import { countRow } from '../../count.ts';
import type { Place, PointField, PointTable } from '../../types.ts';
import type { Encoding } from '../sink.ts';

/** A row of a table, and one of its places. */
export interface PlacedRow {
  readonly table: PointTable;
  readonly row: number;
  readonly place: Place;
}

/** Each row with each of its places. Those whose place alone is longer than a line are refused. */
export function* listRows(points: Iterable<PointTable>, { limits, refuse }: Encoding): Iterable<PlacedRow> {
  for (const table of points) {
    for (let row = 0; row < table.places.length; row++) {
      for (const place of table.places[row] ?? []) {
        const fits = place.prefix.length + place.before.length + place.after.length <= limits.line;
        if (fits) yield { table, row, place };
        else refuse(showPath(place, table.fields[0]), countRow(table.values, row));
      }
    }
  }
}

/** In the place of a field that the compiler cannot know to be there. */
export const NO_FIELD: PointField = { name: '', tag: '' };

/** Characters of a path that is only shown. */
const SHOWN = 200;

/** The start of the path of a field of a place. */
export function showPath({ prefix, before, after }: Place, { name, tag }: PointField = NO_FIELD): string {
  return `${prefix}${name}${before}${tag}${after}`.slice(0, SHOWN);
}
