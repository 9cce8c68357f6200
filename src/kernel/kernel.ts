// The loops that run for each cell and for each datapoint. AssemblyScript compiles this file to WebAssembly, which is quick from
// its first byte on; where there is none, the same file runs as JavaScript. So it uses what both languages have: numbers, and
// the functions of memory.ts. All parameters are addresses in that memory, sizes in bytes, or counts.
import {
  copy,
  loadByte,
  loadDouble,
  loadInteger,
  loadShort,
  storeByte,
  storeDouble,
  storeInteger,
  storeShort,
  writeDecimal,
} from './memory.ts';

const COMMA: i32 = 0x2c;
const NEWLINE: i32 = 0x0a;
const QUOTE: i32 = 0x22;
const ZERO: i32 = 0x30;

/** Most digits of a number that a double holds exactly, whatever they are. */
const EXACT_DIGITS: i32 = 15;

/** Largest integer that is written here; others are left to JavaScript. */
const LARGEST: f64 = 9_007_199_254_740_991;
const BILLION: f64 = 1_000_000_000;

/**
 * Finds the cells of CSV rows from `begin` to `end`: the integers at `starts` become the addresses of rows, one more than there
 * are, and the shorts at `ends` the ends of cells, from the start of their row. Stops behind a row that has not as many cells as
 * `columns`, has more bytes than `longest`, or is one more than `most`. Writes two integers to `found`, the number of rows and of
 * the last one's cells; returns the address behind the last row.
 */
export function findCells(
  begin: i32,
  end: i32,
  columns: i32,
  longest: i32,
  most: i32,
  starts: i32,
  ends: i32,
  found: i32,
): i32 {
  let rows: i32 = 0;
  let cells: i32 = columns;
  let row: i32 = begin;
  let first: i32 = ends; // of the row
  let next: i32 = ends;
  storeInteger(starts, begin);
  for (let at: i32 = begin; at < end; at++) {
    const byte = loadByte(at);
    if (byte === COMMA) {
      storeShort(next, at - row);
      next += 2;
    } else if (byte === NEWLINE) {
      storeShort(next, at - row);
      next += 2;
      cells = (next - first) >> 1;
      rows++;
      const isSound = cells === columns && at - row <= longest && rows <= most;
      row = at + 1;
      first = next;
      storeInteger(starts + 4 * rows, row);
      if (!isSound) break;
    } else if (byte === QUOTE && (at === row || loadByte(at - 1) === COMMA)) {
      at = endOfQuotes(at, end);
    }
  }
  storeInteger(found, rows);
  storeInteger(found + 4, cells);
  return row;
}

/** The address of the closing quote. A quote inside quotes is doubled (RFC 4180), so pairs are passed over. */
function endOfQuotes(opening: i32, end: i32): i32 {
  let at: i32 = opening + 1;
  while (at < end) {
    if (loadByte(at) === QUOTE) {
      if (at + 1 === end || loadByte(at + 1) !== QUOTE) return at;
      at++;
    }
    at++;
  }
  return end;
}

/** Where a cell begins in the table that findCells made. */
function beginOf(starts: i32, ends: i32, columns: i32, row: i32, column: i32): i32 {
  const start = loadInteger(starts + 4 * row);
  return column === 0 ? start : start + loadShort(ends + 2 * (row * columns + column - 1)) + 1;
}

/** Where it ends. */
function endOf(starts: i32, ends: i32, columns: i32, row: i32, column: i32): i32 {
  return loadInteger(starts + 4 * row) + loadShort(ends + 2 * (row * columns + column));
}

/** Finds the first of some rows whose cell in a column is empty, quoted or not; -1 where none is. */
export function findEmpty(starts: i32, ends: i32, columns: i32, rows: i32, column: i32): i32 {
  for (let row: i32 = 0; row < rows; row++) {
    const begin = beginOf(starts, ends, columns, row, column);
    const size = endOf(starts, ends, columns, row, column) - begin;
    if (size === 0 || (size === 2 && loadByte(begin) === QUOTE)) return row;
  }
  return -1;
}

/**
 * Reads the numbers of a column. The integers at `rows` say of which rows; the doubles at `into` become the numbers, NaN where a
 * cell is empty. A cell that is no short row of digits becomes NaN as well, and its index is added to the integers at `others`.
 * Returns the number of those.
 */
export function readNumbers(
  starts: i32,
  ends: i32,
  columns: i32,
  column: i32,
  rows: i32,
  count: i32,
  into: i32,
  others: i32,
): i32 {
  let found: i32 = 0;
  for (let index: i32 = 0; index < count; index++) {
    const row = loadInteger(rows + 4 * index);
    const begin = beginOf(starts, ends, columns, row, column);
    const end = endOf(starts, ends, columns, row, column);
    const value = end - begin > EXACT_DIGITS ? -1 : readDigits(begin, end);
    storeDouble(into + 8 * index, value < 0 ? NaN : value);
    if (value >= 0 || begin === end) continue;
    storeInteger(others + 4 * found, index);
    found++;
  }
  return found;
}

/** The number of some digits; -1 where there are none, or something else. */
function readDigits(begin: i32, end: i32): f64 {
  let value: f64 = begin === end ? -1 : 0;
  for (let at: i32 = begin; at < end; at++) {
    const digit = loadByte(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Writes the lines of a row: prefix, name, text before the tag, tag, text after it, number, end. `texts` are the addresses of the
 * row's three texts and behind them, `fields` those of each field's name and tag, and of the end; each text ends where the next
 * one begins. `values` is the row's number of the first field, that of the next is `stride` behind it; NaN writes no line.
 *
 * Begins with the field `from`; stops before a line that is longer than `longest`, or goes beyond `limit`. Returns that field, or
 * `count` if there is none. Writes three integers to `state`: the address behind the last line, to which the next one goes, the
 * number of lines so far, and the size of the line that it stopped for. Writes at most one line beyond `limit`.
 */
export function writeLines(
  texts: i32,
  fields: i32,
  values: i32,
  stride: i32,
  from: i32,
  count: i32,
  longest: i32,
  limit: i32,
  state: i32,
): i32 {
  const prefix = loadInteger(texts);
  const before = loadInteger(texts + 4);
  const after = loadInteger(texts + 8);
  const behind = loadInteger(texts + 12);
  const end = loadInteger(fields + 8 * count);
  const endSize = loadInteger(fields + 8 * count + 4) - end;
  let at = loadInteger(state);
  let lines = loadInteger(state + 4);
  let field = from;
  let size: i32 = 0;
  for (; field < count; field++) {
    const value = loadDouble(values + stride * field);
    // biome-ignore lint/suspicious/noGlobalIsNan: the one form that both languages have.
    if (isNaN(value)) continue;
    const name = loadInteger(fields + 8 * field);
    const tag = loadInteger(fields + 8 * field + 4);
    const next = loadInteger(fields + 8 * field + 8);
    let line = copy(at, prefix, before - prefix);
    line = copy(line, name, tag - name);
    line = copy(line, before, after - before);
    line = copy(line, tag, next - tag);
    line = copy(line, after, behind - after);
    line = writeNumber(line, value);
    line = copy(line, end, endSize);
    size = line - at;
    if (size > longest || line > limit) break;
    at = line;
    lines++;
  }
  storeInteger(state, at);
  storeInteger(state + 4, lines);
  storeInteger(state + 8, size);
  return field;
}

/** Writes a number as JavaScript shows it; returns the address behind it. */
function writeNumber(at: i32, value: f64): i32 {
  if (!(value >= 0 && value <= LARGEST)) return writeDecimal(at, value);
  const billions = Math.floor(value / BILLION);
  const rest = value - billions * BILLION;
  if (rest !== Math.floor(rest)) return writeDecimal(at, value);
  if (billions === 0) return writeDigits(at, rest as i32, 1);
  return writeDigits(writeDigits(at, billions as i32, 1), rest as i32, 9);
}

/** Writes an integer below a billion, with zeros in front where it has fewer digits than `least`. */
function writeDigits(at: i32, value: i32, least: i32): i32 {
  let size: i32 = 1;
  for (let power: i32 = 10; size < least || power <= value; power *= 10) size++;
  let rest = value;
  for (let place = at + size - 1; place >= at; place--) {
    const left = (rest / 10) | 0;
    storeByte(place, ZERO + rest - 10 * left);
    rest = left;
  }
  return at + size;
}
