import type { StatRow, StatTable } from '../types.ts';
import { STAT_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const ZERO = 0x30;

/** So many digits always fit a double exactly. */
const EXACT_DIGITS = 15;

/** Where the cells of one row are: cell c begins at `starts[c]` and ends one before `starts[c + 1]`. */
interface Cells {
  readonly starts: Int32Array;
  count: number;
  /** Where the next row begins. */
  next: number;
}

/**
 * Reads a `show stat` answer: a header, then rows, each ended by a newline.
 * Throws an Error that says what is wrong unless every row has the header's columns, so that nothing of
 * an answer that was cut is ever used.
 *
 * Cells stay bytes until they are asked for: a large HAProxy writes over a million of them, most are
 * never looked at, and a string for each would cost more than all the rest of a run.
 */
export function parseStat(bytes: Buffer): StatTable {
  const begin = bytes.indexOf(NEWLINE) + 1;
  const header = bytes.toString('latin1', 0, begin - 1);
  // Every line ends with a comma, so the last name is ''. HAProxy 1.4.0 writes blanks after some commas.
  const columns = header
    .replace(/^# /, '')
    .split(',')
    .map(cell => cell.trim())
    .map(name => ({ name, text: STAT_TEXT.has(name) }));
  checkRows(bytes, begin, columns.length);
  return { columns, rows: () => readRows(bytes, begin, columns.length) };
}

function checkRows(bytes: Buffer, begin: number, columns: number): void {
  const cells = emptyCells(columns);
  let row = 1;
  for (let at = begin; at < bytes.length; at = cells.next, row++) {
    if (!findCells(bytes, at, cells)) throw new Error(`row ${row} does not end`);
    if (cells.count !== columns) {
      throw new Error(`row ${row} has ${cells.count} columns where the header has ${columns}`);
    }
  }
}

function* readRows(bytes: Buffer, begin: number, columns: number): Iterable<StatRow> {
  const cells = emptyCells(columns);
  const start = (column: number): number => cells.starts[column] ?? 0;
  const row: StatRow = {
    text: column => (column < 0 ? '' : readText(bytes, start(column), start(column + 1) - 1)),
    number: column => (column < 0 ? undefined : readNumber(bytes, start(column), start(column + 1) - 1)),
  };
  for (let at = begin; at < bytes.length && findCells(bytes, at, cells); at = cells.next) yield row;
}

function emptyCells(columns: number): Cells {
  return { starts: new Int32Array(columns + 1), count: 0, next: 0 };
}

/** Finds the cells of the row that begins at `at`; false when the bytes end before the row does. */
function findCells(bytes: Buffer, at: number, cells: Cells): boolean {
  const { starts } = cells;
  let cell = 0;
  starts[0] = at;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE && i === starts[cell]) {
      i = endOfQuotes(bytes, i);
    } else if (byte === COMMA || byte === NEWLINE) {
      starts[++cell] = i + 1; // a typed array ignores what lies beyond its end: a row with too many cells
      if (byte === NEWLINE) {
        cells.count = cell;
        cells.next = i + 1;
        return true;
      }
    }
  }
  return false;
}

/** The place of the closing quote. Inside quotes a quote is doubled (RFC 4180), so pairs are passed over. */
function endOfQuotes(bytes: Buffer, opening: number): number {
  let at = opening + 1;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return bytes.length;
    if (bytes[quote + 1] !== QUOTE) return quote;
    at = quote + 2;
  }
}

function readText(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] !== QUOTE) return bytes.toString('utf8', start, end);
  return bytes.toString('utf8', start + 1, end - 1).replaceAll('""', '"');
}

function readNumber(bytes: Buffer, start: number, end: number): number | undefined {
  if (end === start) return undefined;
  if (end - start > EXACT_DIGITS) return parseNumber(readText(bytes, start, end));
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return parseNumber(readText(bytes, start, end));
    value = value * 10 + digit;
  }
  return value;
}
