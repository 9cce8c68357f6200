import type { StatTable } from '../types.ts';
import { STAT_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const ZERO = 0x30;

/** So many digits always fit a double exactly. */
const EXACT_DIGITS = 15;

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
  return { columns, ...readCells(bytes, findCells(bytes, begin, columns.length), columns.length) };
}

/** Where the cells are: one begins at each place and ends one byte before the next one's. */
interface Cells {
  readonly starts: Uint32Array;
  readonly rows: number;
}

/** Finds the cells of all rows, from `begin` on. */
function findCells(bytes: Buffer, begin: number, columns: number): Cells {
  // A cell takes a byte at least; the memory of those that are not there is never touched.
  const starts = new Uint32Array(bytes.length - begin + 1);
  let [cell, rows] = [0, 0];
  starts[0] = begin;
  for (let at = begin; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === COMMA || byte === NEWLINE) {
      starts[++cell] = at + 1;
      if (byte === COMMA) continue;
      const found = cell - rows * columns;
      rows++;
      if (found !== columns) {
        throw new Error(`row ${rows} has ${found} columns where the header has ${columns}`);
      }
    } else if (byte === QUOTE && at === starts[cell]) {
      at = endOfQuotes(bytes, at);
    }
  }
  if (cell !== rows * columns || starts[cell] !== bytes.length)
    throw new Error(`row ${rows + 1} does not end`);
  return { starts, rows };
}

function readCells(
  bytes: Buffer,
  { starts, rows }: Cells,
  columns: number,
): Pick<StatTable, 'length' | 'text' | 'numbers'> {
  return {
    length: rows,
    text: (row, column) => {
      const cell = row * columns + column;
      return column < 0 ? '' : readText(bytes, starts[cell] ?? 0, (starts[cell + 1] ?? 0) - 1);
    },
    numbers: (wanted, column, into) => {
      if (column < 0) {
        into.fill(Number.NaN);
        return;
      }
      for (let index = 0; index < wanted.length; index++) {
        const cell = (wanted[index] ?? 0) * columns + column;
        into[index] = readNumber(bytes, starts[cell] ?? 0, (starts[cell + 1] ?? 0) - 1);
      }
    },
  };
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
