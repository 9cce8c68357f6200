import type { InfoValue } from '../types.ts';
import { INFO_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

/** Most bytes of `show info`; HAProxy 3.5 writes some 4,000. */
export const LONGEST_INFO = 65_536;

/** The first colon separates. A value with a quote, a comma or a line break is quoted as in CSV since HAProxy 1.7. */
const LINE = /([^:\n]*)(?::(?: |(?! ))("(?:[^"]|"")*"(?=\n)|(?!")[^\n]*))?\n/y;

/** A `show info` answer, and the index after its empty line. */
interface InfoAnswer {
  readonly info: ReadonlyMap<string, InfoValue>;
  readonly end: number;
}

/**
 * Parses the answer to `show info` at the start of the bytes: one `Name: value` a line, then an empty line. Returns undefined
 * if it is not whole; throws an Error if it is too long.
 */
export function parseInfo(bytes: Buffer): InfoAnswer | undefined {
  const text = bytes.toString('latin1', 0, LONGEST_INFO); // an index in it is an index in the bytes
  const info = new Map<string, InfoValue>();
  for (let at = 0; ; at = LINE.lastIndex) {
    if (text[at] === '\n') return { info, end: at + 1 };
    LINE.lastIndex = at;
    const line = LINE.exec(text);
    if (line === null) break;
    const [, name = '', value] = line;
    if (name === 'description' && isRaw(info)) return endDescription(text, at, info);
    if (value !== undefined) info.set(name, readValue(name, value));
  }
  if (bytes.length < LONGEST_INFO) return undefined;
  throw new Error(`the answer to show info is longer than ${LONGEST_INFO} bytes: this is not HAProxy`);
}

/** Whether the description is raw: before HAProxy 1.7 it is the last line, and its line breaks begin no fields. */
function isRaw(info: ReadonlyMap<string, InfoValue>): boolean {
  return /^1\.[0-6]\b/.test(info.get('Version')?.text ?? '');
}

function endDescription(text: string, at: number, info: Map<string, InfoValue>): InfoAnswer | undefined {
  const end = text.indexOf('\n\n# pxname,svname,', at);
  const found = end === -1 ? text.indexOf('\n\n', at) : end;
  if (found === -1) return undefined;
  info.set('description', readValue('description', text.slice(text.indexOf(':', at) + 1, found)));
  return { info, end: found + 2 };
}

function readValue(name: string, value: string): InfoValue {
  // Most values are ASCII, and decoding each of them costs more than all the rest.
  const decoded = (/[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value).trim();
  const isQuoted = decoded.length > 1 && decoded.startsWith('"') && decoded.endsWith('"');
  const text = isQuoted ? decoded.slice(1, -1).replaceAll('""', '"') : decoded;
  return { text, number: INFO_TEXT.has(name) ? undefined : parseNumber(text) };
}
