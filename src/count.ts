import type { Packet, PointTable, Values } from './types.ts';

const NEWLINE = 0x0a;

/** Counts a packet's lines: one for each datapoint, and for StatsD one more before each negative value. */
export function countLines(packet: Packet): number {
  let lines = 0;
  for (let at = packet.indexOf(NEWLINE); at !== -1; at = packet.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** Counts the values of a row that are not NaN. */
export function countRow(values: Values, row: number): number {
  let count = 0;
  for (const column of values) if (!Number.isNaN(column[row])) count++;
  return count;
}

/** Counts the datapoints of tables: the values of each row, once for each of its places. */
export function countPoints(points: Iterable<PointTable>): number {
  let count = 0;
  for (const { places, values } of points) {
    places.forEach((ofRow, row) => {
      count += ofRow.length * countRow(values, row);
    });
  }
  return count;
}

/** Counts the values of the first rows that are not NaN. */
export function countRows(values: Values, rows: number): number {
  let count = 0;
  for (const column of values) for (let row = 0; row < rows; row++) if (!Number.isNaN(column[row])) count++;
  return count;
}

/** Adds up the datapoints of batches. */
export function countDatapoints(batches: readonly { readonly datapoints: number }[]): number {
  return batches.reduce((sum, { datapoints }) => sum + datapoints, 0);
}

/** Formats a number of things in words: `1 endpoint`, `2 endpoints`. */
export function countOf(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
