import {
  ESCAPE,
  type Flags,
  type Input,
  literal,
  OUTSIDE,
  type PatternFlag,
  readEscape,
  readSet,
  take,
} from './characters.ts';

/**
 * Translates a regular expression of Python's `re` into one of JavaScript that finds the same in all names that HAProxy
 * allows. Throws an Error that says what is not supported.
 */
export function readPythonPattern(source: string): RegExp {
  const [, letters = ''] = /^\(\?([aiLmsux]+)\)/.exec(source) ?? [];
  const body = letters === '' ? source : source.slice(letters.length + 3);
  const input: Input = { text: body, at: 0, atomic: 0 };
  const translated = readAlternatives(input, addFlags(new Set(), letters));
  if (rest(input) !== '') throw new Error('")" closes no group');
  return new RegExp(translated, 'v');
}

/** Reads up to the end, or to the bracket that closes the group. */
function readAlternatives(input: Input, flags: Flags): string {
  let translated = '';
  for (;;) {
    const [bar] = take(input, /[|]/) ?? [];
    if (bar !== undefined) translated += bar;
    else if (rest(input) === '' || input.text[input.at] === ')') return translated;
    else translated += readItem(input, flags);
  }
}

/** Reads one thing to match with its quantifier. */
function readItem(input: Input, flags: Flags): string {
  if (flags.has('x') && take(input, /\s+|#[^\n]*/)) return '';
  const atom = readAtom(input, flags);
  if (flags.has('x')) while (take(input, /\s+|#[^\n]*/));
  const found = take(input, /([*+?]|\{(\d*)(,?)(\d*)\})([+?]?)/);
  const [, sign = '', least = '', comma = '', most = '', mode = ''] = found ?? [];
  const isNone = found === undefined || sign === '{}' || sign === '{,}';
  if (isNone) {
    if (found !== undefined) input.at -= found[0].length;
    return atom;
  }
  const quantifier = /^[*+?]$/.test(sign) ? sign : `{${least || 0}${comma}${most}}`;
  if (mode === '+') return neverGiveBack(input, atom + quantifier);
  return atom + quantifier + mode;
}

function readAtom(input: Input, flags: Flags): string {
  const [group] = take(input, /\((?:\?(?:<[=!]|P[<=]|[=!:>#(])?)?/) ?? [];
  if (group !== undefined) return readGroup(input, group, flags);
  if (take(input, /\[/)) return readSet(input, flags);
  const [escaped] = take(input, ESCAPE) ?? [];
  if (escaped !== undefined) return readEscape(escaped, flags, OUTSIDE);
  const [character = ''] = take(input, /./su) ?? [];
  if (character === '\\') throw new Error('"\\" at the end');
  if (character === '.') return flags.has('s') ? '[\\s\\S]' : '[^\\n]';
  if (character === '^') return flags.has('m') ? '(?<![^\\n])' : '^';
  if (character === '$') return flags.has('m') ? '(?![^\\n])' : '(?=\\n?$)';
  if (/[*+?]/.test(character)) throw new Error(`nothing to repeat before "${character}"`);
  return literal(character, flags);
}

/** Reads a group behind its bracket and the mark of its kind. */
function readGroup(input: Input, opening: string, flags: Flags): string {
  switch (opening) {
    case '(?#':
      take(input, /[^)]*/);
      closeGroup(input);
      return '(?:)';
    case '(?P=': {
      const [name = ''] = take(input, /\w+/) ?? [];
      closeGroup(input);
      return readReference(`\\k<${name}>`, flags);
    }
    case '(?P<': {
      const [, name] = take(input, /(\w+)>/) ?? [];
      if (name === undefined) throw new Error('a group has no name');
      return `(?<${name}>${readInside(input, flags)})`;
    }
    case '(?>':
      return neverGiveBack(input, readInside(input, flags));
    case '(?(':
      throw new Error('"(?(...)" asks whether a group matched, which cannot be translated');
    case '(':
    case '(?:':
    case '(?=':
    case '(?!':
    case '(?<=':
    case '(?<!':
      return `${opening}${readInside(input, flags)})`;
    default: {
      const [, on = '', off = ''] = take(input, /([aiLmsux]*)(?:-([imsx]+))?:/) ?? [];
      if (on + off !== '') return `(?:${readInside(input, addFlags(flags, on, off))})`;
      throw new Error(
        `"${opening}${rest(input).slice(0, 3)}" is unknown; flags for the whole pattern stand at its start`,
      );
    }
  }
}

function readReference(translated: string, flags: Flags): string {
  if (flags.has('i'))
    throw new Error('a group that was matched cannot be asked for again without regard to case');
  return translated;
}

function readInside(input: Input, flags: Flags): string {
  const translated = readAlternatives(input, flags);
  closeGroup(input);
  return translated;
}

function closeGroup(input: Input): void {
  if (!take(input, /\)/)) throw new Error('"(" is not closed');
}

/** Writes a possessive quantifier or an atomic group: a look-ahead, whose match is then taken as it is. */
function neverGiveBack(input: Input, translated: string): string {
  if (/\\[1-9]/.test(input.text)) throw new Error('"(?>...)" and "*+" do not go with "\\1"; name the group');
  const name = `atomic${input.atomic++}`;
  return `(?:(?=(?<${name}>${translated}))\\k<${name}>)`;
}

function rest({ text, at }: Input): string {
  return text.slice(at);
}

function addFlags(flags: Flags, on: string, off = ''): Flags {
  if (on.includes('L')) throw new Error('the flag L is for bytes');
  const added = new Set([...flags, ...([...on].filter(letter => /[imsx]/.test(letter)) as PatternFlag[])]);
  for (const letter of off) added.delete(letter as PatternFlag);
  return added;
}
