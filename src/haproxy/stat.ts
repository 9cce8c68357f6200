import { isAscii } from 'node:buffer';
import { align, type Heap, openHeap } from '../kernel/heap.ts';
import type { StatTable } from '../types.ts';
import { STAT_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

const NEWLINE = 0x0a;

/** Most columns; HAProxy 3.5 has 200. */
const MOST_COLUMNS = 1024;

/** Most characters of a column's name; HAProxy 3.5 has names of 33. */
const LONGEST_COLUMN = 255;

/** Most bytes of the header or a row: HAProxy writes a row into one buffer, of 16 KiB unless `tune.bufsize` is set. */
const LONGEST_LINE = 65_535;

/** Most rows: 100,000 servers, each in a backend of its own. */
const MOST_ROWS = 250_000;

/**
 * Parses an answer to `show stat`: a header, then rows, each ended by a newline. Throws an Error that says what is wrong
 * unless every row has the header's columns, so that nothing of an answer that was cut is ever used, and if the answer is
 * larger than that of any HAProxy. Cells stay bytes until they are asked for: a large HAProxy writes over a million of them,
 * most are never looked at, and a string for each would cost more than all the rest of a run.
 */
export function parseStat(bytes: Buffer): StatTable {
  const begin = bytes.indexOf(NEWLINE) + 1;
  if (begin > LONGEST_LINE) throw new Error(`the header is longer than ${LONGEST_LINE} bytes`);
  const header = bytes.toString('latin1', 0, begin - 1);
  // Every line ends with a comma, so the last name is ''. HAProxy 1.4.0 writes blanks after some commas.
  const columns = header
    .replace(/^# /, '')
    .split(',')
    .map(cell => cell.trim())
    .map(name => ({ name, text: STAT_TEXT.has(name) }));
  if (columns.length > MOST_COLUMNS) throw new Error(`the header has more than ${MOST_COLUMNS} columns`);
  if (columns.some(({ name }) => name.length > LONGEST_COLUMN))
    throw new Error(`the header has a column of more than ${LONGEST_COLUMN} characters`);
  return { columns, ...readCells(findCells(bytes, begin, columns.length)) };
}

/** A heap with the answer's bytes, and the addresses of what findCells made of them. */
interface Cells extends Heap {
  readonly columns: number;
  readonly rows: number;
  readonly starts: number;
  readonly ends: number;
  /** Memory for the integers and doubles of readNumbers. */
  readonly scratch: number;
}

/** Finds the cells of all rows, from `begin` on. */
function findCells(bytes: Buffer, begin: number, columns: number): Cells {
  const size = bytes.length;
  // A cell takes a byte at least, and a row one for each column; the memory of those that are not there is never touched.
  const starts = align(size);
  const ends = align(starts + 4 * (Math.min(MOST_ROWS, Math.floor(size / columns)) + 2));
  const scratch = align(ends + 2 * size);
  const { buffer, kernel } = openHeap(scratch + 16 * BLOCK, size);
  new Uint8Array(buffer).set(bytes);
  const end = kernel.findCells(begin, size, columns, LONGEST_LINE, MOST_ROWS, starts, ends, scratch);
  const [rows = 0, found = 0] = new Int32Array(buffer, scratch, 2);
  if (found !== columns) throw new Error(`row ${rows} has ${found} columns where the header has ${columns}`);
  const [from = 0, to = 0] = new Int32Array(buffer, starts + 4 * Math.max(0, rows - 1), 2);
  if (to - from - 1 > LONGEST_LINE) throw new Error(`row ${rows} is longer than ${LONGEST_LINE} bytes`);
  if (rows > MOST_ROWS) throw new Error(`there are more than ${MOST_ROWS} rows`);
  if (end !== size) throw new Error(`row ${rows + 1} does not end`);
  return { buffer, kernel, columns, rows, starts, ends, scratch };
}

/** Rows of one call of readNumbers. */
const BLOCK = 1024;

function readCells({
  buffer,
  kernel,
  columns,
  rows,
  starts,
  ends,
  scratch,
}: Cells): Pick<StatTable, 'length' | 'text' | 'findEmpty' | 'digest' | 'numbers'> {
  const bytes = Buffer.from(buffer, 0, starts);
  const startsOfRows = new Int32Array(buffer, starts, rows + 1);
  const endsOfCells = new Uint16Array(buffer, ends, rows * columns);
  const startOf = (row: number, column: number): number =>
    (startsOfRows[row] ?? 0) + (column === 0 ? 0 : (endsOfCells[row * columns + column - 1] ?? 0) + 1);
  const endOf = (row: number, column: number): number =>
    (startsOfRows[row] ?? 0) + (endsOfCells[row * columns + column] ?? 0);
  // Where a character is a byte, parts of one string cost less than decoding each cell.
  const whole = isAscii(bytes) ? bytes.toString('latin1') : undefined;
  const text = (row: number, column: number): string => {
    if (column < 0) return '';
    const [start, end] = [startOf(row, column), endOf(row, column)];
    return unquote(whole === undefined ? bytes.toString('utf8', start, end) : whole.slice(start, end));
  };
  const wantedRows = new Int32Array(buffer, scratch, BLOCK);
  const others = new Int32Array(buffer, scratch + 4 * BLOCK, BLOCK);
  const values = new Float64Array(buffer, scratch + 8 * BLOCK, BLOCK);
  const { byteOffset: of } = wantedRows;
  const readBlock = (wanted: readonly number[], column: number): Float64Array => {
    wantedRows.set(wanted);
    const count = kernel.readNumbers(
      starts,
      ends,
      columns,
      column,
      of,
      wanted.length,
      values.byteOffset,
      others.byteOffset,
    );
    for (const index of others.subarray(0, count))
      values[index] = parseNumber(text(wanted[index] ?? 0, column)) ?? Number.NaN;
    return values.subarray(0, wanted.length);
  };
  return {
    length: rows,
    text,
    findEmpty: column => kernel.findEmpty(starts, ends, columns, rows, column),
    digest: (row, column) => (column < 0 ? 0 : digest(bytes, startOf(row, column), endOf(row, column))),
    numbers: (wanted, column, into) => {
      if (column < 0) into.fill(Number.NaN);
      else
        for (let at = 0; at < wanted.length; at += BLOCK)
          into.set(readBlock(wanted.slice(at, at + BLOCK), column), at);
    },
  };
}

/** FNV-1a, cut to what V8 keeps as a small integer. */
function digest(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash & 0x3fffffff;
}

function unquote(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
