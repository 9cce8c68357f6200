import { blocksOf } from '../../blocks.ts';
import { countRow } from '../../count.ts';
import type { Place, PointField, PointTable } from '../../types.ts';
import type { Encoding } from '../sink.ts';

/** A row of a table, and one of its places. */
export interface PlacedRow {
  readonly table: PointTable;
  readonly row: number;
  readonly place: Place;
}

/**
 * Lists each row once for each of its places. Leaves out a place that is itself longer than a line, and calls `refuse` with
 * it.
 */
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

/** Some rows of one table. */
export interface RowBlock {
  readonly table: PointTable;
  readonly rows: readonly PlacedRow[];
}

/** Lists the same rows in blocks, each of one table. */
export function* listBlocks(points: Iterable<PointTable>, encoding: Encoding): Iterable<RowBlock> {
  for (const table of points) {
    for (const rows of blocksOf([...listRows([table], encoding)])) yield { table, rows };
  }
}

/** Stands in for a field that the compiler cannot know to be there. */
const NO_FIELD: PointField = { name: '', tag: '' };

/** Most characters of a path in messages. */
const SHOWN = 200;

/** Returns the start of a datapoint's path, for messages. */
export function showPath({ prefix, before, after }: Place, { name, tag }: PointField = NO_FIELD): string {
  return `${prefix}${name}${before}${tag}${after}`.slice(0, SHOWN);
}
