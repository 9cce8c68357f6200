import type { Packet, PacketLimits, Values } from '../../types.ts';
import { LONGEST_NUMBER, writeNumber } from './digits.ts';
import { copy, type Texts, viewOf, WORD } from './texts.ts';

/** Where lines are written, and packets of whole lines are cut out of. */
export interface Page {
  readonly limits: PacketLimits;
  bytes: Buffer;
  view: DataView;
  /** Where the packet begins that is written, and where its next line does. */
  begin: number;
  end: number;
  /** Where the prefix of the row stands. */
  prefix: number;
  prefixLength: number;
  /** How many values were written. */
  written: number;
  /** How long the lines of the last value were, also if they did not fit. */
  lastLength: number;
  /** The packets that are full, until somebody takes them out. */
  readonly full: Packet[];
}

/** What a row's lines are made of beside the prefix and the numbers. */
export interface Parts {
  /** Of each field its name. */
  readonly names: Texts;
  /** Of each field the number of its state. */
  readonly states: Uint8Array;
  /** Of each state what comes between the name and the number, and then what comes after it, with a newline. */
  readonly ends: Texts;
}

/** What the lines of a row are made of. */
export interface Lines {
  readonly parts: Parts;
  readonly values: Values;
  readonly row: number;
  /** A negative number follows the line of a zero, and the two stay together. */
  readonly fromZero: boolean;
}

const SMALLEST_PAGE = 65_536;

/** An empty page. */
export function startPage(limits: PacketLimits): Page {
  const bytes = Buffer.alloc(0);
  return {
    limits,
    bytes,
    view: viewOf(bytes),
    begin: 0,
    end: 0,
    prefix: 0,
    prefixLength: 0,
    written: 0,
    lastLength: 0,
    full: [],
  };
}

/**
 * Begins the lines of a prefix, with room for two of each field, since a negative number may take them, and for the prefix where
 * there is no field.
 */
export function startRow(page: Page, prefix: string, { names, states, ends }: Parts): void {
  const line = prefix.length + names.longest + LONGEST_NUMBER + 2 * ends.longest;
  const needed = 2 * (states.length + 1) * line + WORD;
  if (page.end + needed > page.bytes.length) turnPage(page, needed);
  page.bytes.write(prefix, page.end, 'latin1');
  page.view.setFloat64(page.end + prefix.length, 0); // its last word is copied, too, and the memory behind is not clean
  page.prefix = page.end;
  page.prefixLength = prefix.length;
}

/** What is written of a packet goes along. */
function turnPage(page: Page, needed: number): void {
  const begun = page.bytes.subarray(page.begin, page.end);
  page.bytes = Buffer.allocUnsafe(Math.max(SMALLEST_PAGE, page.limits.packet + 4 * needed));
  page.bytes.set(begun);
  page.view = viewOf(page.bytes);
  page.begin = 0;
  page.end = begun.length;
}

/**
 * Writes the values of a row that are there, from a field on, each in a line: the prefix, the field's name, what comes between,
 * the number, what comes after. Gives the first field whose lines are too long, or do not fit into the packet any more; otherwise
 * the number of fields.
 *
 * The loop runs for every datapoint. What is rare is left to the caller, since code that has not run yet makes V8 give up what
 * it has compiled; and each function in between is compiled once more with all that it calls.
 */
export function writeValues(page: Page, { parts, values, row, fromZero }: Lines, from: number): number {
  const { limits, begin } = page;
  let end = page.end;
  let index = from;
  let count = 0;
  let length = 0;
  for (; index < values.length; index++) {
    const value = values[index]?.[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    let next = end;
    if (fromZero && value < 0) next = writeLine(page, next, parts, index, 0);
    next = writeLine(page, next, parts, index, value);
    length = next - end;
    if (length > limits.line || next - begin > limits.packet) break;
    end = next;
    count++;
  }
  page.end = end;
  page.written += count;
  page.lastLength = length;
  return index;
}

/** Goes on where writeValues stopped. `refuse` is given the index of a field whose line is too long. */
export function writeRest(page: Page, lines: Lines, from: number, refuse: (index: number) => void): void {
  let next = from;
  while (next < lines.values.length) {
    if (page.lastLength > page.limits.line) refuse(next++);
    else page.full.push(cut(page));
    next = writeValues(page, lines, next);
  }
}

/** Cuts out the packet. */
export function cut(page: Page): Packet {
  const packet = page.bytes.subarray(page.begin, page.end);
  page.begin = page.end;
  return packet;
}

/** What is copied too much of one part is written over by the next one. */
function writeLine(
  { bytes, view, prefix, prefixLength }: Page,
  start: number,
  { names, states, ends }: Parts,
  index: number,
  value: number,
): number {
  const state = 2 * (states[index] ?? 0);
  let at = copy(view, start, view, prefix, prefixLength);
  at = copy(view, at, names.view, names.starts[index] ?? 0, names.lengths[index] ?? 0);
  at = copy(view, at, ends.view, ends.starts[state] ?? 0, ends.lengths[state] ?? 0);
  at = writeNumber(bytes, at, value);
  return copy(view, at, ends.view, ends.starts[state + 1] ?? 0, ends.lengths[state + 1] ?? 0);
}
