import type { StatTable } from '../types.ts';
import { STAT_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const ZERO = 0x30;

/** Most digits of a number that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/** Most columns; HAProxy 3.5 has 200. */
const MOST_COLUMNS = 1024;

/** Most characters of a column's name; HAProxy 3.5 has names of 33. */
const LONGEST_COLUMN = 255;

/** Most bytes of the header or a row: HAProxy writes a row into one buffer, of 16 KiB unless `tune.bufsize` is set. */
const LONGEST_LINE = 65_535;

/** Most rows: 100,000 servers, each in a backend of its own. */
const MOST_ROWS = 250_000;

/**
 * Reads a `show stat` answer: a header, then rows, each ended by a newline.
 * Throws an Error that says what is wrong unless every row has the header's columns, so that nothing of
 * an answer that was cut is ever used, and where the answer is larger than that of any HAProxy.
 *
 * Cells stay bytes until they are asked for: a large HAProxy writes over a million of them, most are
 * never looked at, and a string for each would cost more than all the rest of a run.
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
  return { columns, ...readCells(bytes, findCells(bytes, begin, columns.length), columns.length) };
}

/** Where the cells are: `ends[row * columns + column]` counts from the row's start. */
interface Cells {
  readonly rows: number;
  readonly starts: Uint32Array;
  readonly ends: Uint16Array;
}

/** Finds the cells of all rows, from `begin` on. */
function findCells(bytes: Buffer, begin: number, columns: number): Cells {
  // A cell takes a byte at least, and a row one for each column; the memory of those that are not there is never touched.
  const ends = new Uint16Array(bytes.length - begin);
  const starts = new Uint32Array(Math.min(MOST_ROWS, (bytes.length - begin) / columns) + 1);
  let [rows, cell, start, cellStart] = [0, 0, begin, begin];
  for (let at = begin; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === COMMA || byte === NEWLINE) {
      ends[cell++] = at - start;
      cellStart = at + 1;
      if (byte === COMMA) continue;
      const found = cell - rows * columns;
      rows++;
      if (found !== columns) {
        throw new Error(`row ${rows} has ${found} columns where the header has ${columns}`);
      }
      if (at - start > LONGEST_LINE) throw new Error(`row ${rows} is longer than ${LONGEST_LINE} bytes`);
      if (rows > MOST_ROWS) throw new Error(`there are more than ${MOST_ROWS} rows`);
      start = at + 1;
      starts[rows] = start;
    } else if (byte === QUOTE && at === cellStart) {
      at = endOfQuotes(bytes, at);
    }
  }
  if (start !== bytes.length) throw new Error(`row ${rows + 1} does not end`);
  starts[0] = begin;
  return { rows, starts, ends };
}

function readCells(
  bytes: Buffer,
  { rows, starts, ends }: Cells,
  columns: number,
): Pick<StatTable, 'length' | 'text' | 'findEmpty' | 'digest' | 'numbers'> {
  const startOf = (row: number, column: number): number =>
    (starts[row] ?? 0) + (column === 0 ? 0 : (ends[row * columns + column - 1] ?? 0) + 1);
  const endOf = (row: number, column: number): number =>
    (starts[row] ?? 0) + (ends[row * columns + column] ?? 0);
  return {
    length: rows,
    text: (row, column) => {
      return column < 0 ? '' : readText(bytes, startOf(row, column), endOf(row, column));
    },
    findEmpty: column => {
      for (let row = 0; row < rows; row++) {
        const cell = row * columns + column;
        const begin = column === 0 ? 0 : (ends[cell - 1] ?? 0) + 1;
        const size = (ends[cell] ?? 0) - begin;
        if (size === 0 || (size === 2 && bytes[(starts[row] ?? 0) + begin] === QUOTE)) return row;
      }
      return -1;
    },
    digest: (row, column) => (column < 0 ? 0 : digest(bytes, startOf(row, column), endOf(row, column))),
    numbers: (wanted, column, into) => {
      if (column < 0) {
        into.fill(Number.NaN);
        return;
      }
      for (let index = 0; index < wanted.length; index++) {
        const row = wanted[index] ?? 0;
        into[index] = readNumber(bytes, startOf(row, column), endOf(row, column));
      }
    },
  };
}

/** FNV-1a, cut to what V8 keeps as a small integer. */
function digest(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash & 0x3fffffff;
}

/** The index of the closing quote. A quote inside quotes is doubled (RFC 4180), so pairs are passed over. */
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

function readNumber(bytes: Buffer, start: number, end: number): number {
  if (end === start) return Number.NaN;
  if (end - start > EXACT_DIGITS) return parseNumber(readText(bytes, start, end)) ?? Number.NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return parseNumber(readText(bytes, start, end)) ?? Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
