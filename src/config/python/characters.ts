/** The letters of `(?imsx)` that are in force. */
export type PatternFlag = 'i' | 'm' | 's' | 'x';
export type Flags = ReadonlySet<PatternFlag>;

/** A pattern and the current position in it. */
export interface Input {
  readonly text: string;
  at: number;
  /** Number of atomic groups so far; each gets a name. */
  atomic: number;
}

/** Matches `pattern` at the current position and moves behind the match; returns undefined and stays if it does not match. */
export function take(input: Input, pattern: RegExp): RegExpExecArray | undefined {
  const found = new RegExp(pattern.source, `${pattern.flags}y`);
  found.lastIndex = input.at;
  const match = found.exec(input.text);
  if (match !== null) input.at += match[0].length;
  return match ?? undefined;
}
const BY_NUMBER = String.raw`x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}`;

/** An escape outside of a set, where octal digits may be the number of a group. */
export const ESCAPE = new RegExp(String.raw`\\(?:${BY_NUMBER}|0[0-7]{0,2}|[0-3][0-7]{2}|\d{1,2}|.)`, 'su');
const ESCAPE_IN_SET = new RegExp(String.raw`\\(?:${BY_NUMBER}|[0-7]{1,3}|.)`, 'su');

/** Translates a set, from behind its opening bracket to its closing one; a `]` that comes first is a member. */
export function readSet(input: Input, flags: Flags): string {
  const [not = ''] = take(input, /\^/) ?? [];
  let members = '';
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst && take(input, /\]/)) return `[${not}${members}]`;
    const from = readMember(input, flags);
    const dash = take(input, /-(?!\])/);
    members += dash === undefined ? from.translated : readRange(from, readMember(input, flags), flags);
  }
}

function readMember(input: Input, flags: Flags): Member {
  const [escaped] = take(input, ESCAPE_IN_SET) ?? [];
  if (escaped !== undefined) {
    const character = readCharacter(escaped.replace(/^\\(?=[0-7]{1,2}$)/, '\\0')); // octal here, never a group
    if (character === undefined) return { translated: readEscape(escaped, flags, INSIDE) };
    return { character, translated: members(character, flags) };
  }
  const [character] = take(input, /./su) ?? [];
  if (character === undefined) throw new Error('"[" is not closed');
  return { character, translated: members(character, flags) };
}

/** Reads one member of a set: a character, or a class such as `\d`. */
interface Member {
  readonly character?: string;
  readonly translated: string;
}

/** Escapes that are the same in JavaScript, outside of a set and in one. */
export const OUTSIDE = /^[bBdDsSwW]$/;
const INSIDE = /^[dDsSwW]$/;

/** Translates an escape, given without its backslash: a character, a class, a position or a group. */
export function readEscape(escaped: string, flags: Flags, classes: RegExp): string {
  const letter = escaped.slice(1);
  if (classes.test(letter)) return escaped;
  if (letter === 'A' && classes === OUTSIDE) return '(?<![\\s\\S])';
  if (/^[zZ]$/.test(letter) && classes === OUTSIDE) return '(?![\\s\\S])';
  const character = readCharacter(escaped);
  if (character !== undefined) return literal(character, flags);
  if (!/^[1-9]\d?$/.test(letter)) throw new Error(`"${escaped}" is unknown`);
  if (flags.has('i')) throw new Error(`"${escaped}" cannot be asked for without regard to case`);
  return escaped;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Returns the character of an escape; undefined if it is of another sort. */
function readCharacter(escaped: string): string | undefined {
  const letter = escaped.slice(1);
  if (/^[xuU]./.test(letter)) return String.fromCodePoint(Number.parseInt(letter.slice(1), 16));
  if (/^(?:0[0-7]{0,2}|[0-3][0-7]{2})$/.test(letter)) return String.fromCodePoint(Number.parseInt(letter, 8));
  return /^[\da-z]/i.test(letter) ? CHARACTERS[letter] : letter;
}

/** Returns a pattern for one character; with flag `i`, for both of its cases. */
export function literal(character: string, flags: Flags): string {
  const both = cases(character, flags);
  return both.length === 1 ? escapeCharacter(character) : `[${both.map(escapeCharacter).join('')}]`;
}

function members(character: string, flags: Flags): string {
  return cases(character, flags).map(escapeCharacter).join('');
}

function readRange(from: Member, to: Member, flags: Flags): string {
  if (from.character === undefined || to.character === undefined)
    throw new Error('a range has a class at its end');
  if (from.character > to.character)
    throw new Error(`a range is upside down: "${from.character}-${to.character}"`);
  const range = `${escapeCharacter(from.character)}-${escapeCharacter(to.character)}`;
  if (!flags.has('i')) return range;
  const letters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    letter => letter >= (from.character ?? '') && letter <= (to.character ?? ''),
  );
  return range + letters.flatMap(letter => cases(letter, flags).slice(1)).join('');
}

function cases(character: string, flags: Flags): readonly string[] {
  const other = /[a-z]/.test(character) ? character.toUpperCase() : character.toLowerCase();
  return flags.has('i') && other !== character ? [character, other] : [character];
}

function escapeCharacter(character: string): string {
  return /^[\w]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
