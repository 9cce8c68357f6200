import { describe, expect, test } from 'vitest';
import {
  type Input,
  literal,
  OUTSIDE,
  type PatternFlag,
  readEscape,
  readSet,
  take,
} from '../../../src/config/python/characters.ts';

const input = (text: string, at = 0): Input => ({ text, at, atomic: 0 });
const flags = (...letters: readonly PatternFlag[]) => new Set(letters);
const translate = (text: string, ...letters: readonly PatternFlag[]) =>
  readEscape(text, flags(...letters), OUTSIDE);

/** The characters of ASCII that are in a set, given from behind its opening bracket. */
function membersOf(text: string, ...letters: readonly PatternFlag[]): string {
  const pattern = new RegExp(readSet(input(text), flags(...letters)), 'v');
  const all = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  return all.filter(character => pattern.test(character)).join('');
}

test('a pattern is taken where the input stands, or nothing moves', () => {
  const given = input('ab12', 1);
  expect(take(given, /\d+/)).toBeUndefined();
  expect(given.at).toBe(1);
  expect(take(given, /B(\d)/i)?.[1]).toBe('1');
  expect(given.at).toBe(3);
});

describe('a set', () => {
  test('ends at its bracket, and what follows is left', () => {
    const given = input('x[a-c]]+', 2);
    expect(readSet(given, flags())).toBe('[a-c]');
    expect(given.text.slice(given.at)).toBe(']+');
  });

  // The members as Python 3.11 has them.
  test.each([
    [']a]', ']a'],
    ['a-]', '-a'],
    ['-a]', '-a'],
    ['a-c-e]', '-abce'],
    ['+--]', '+,-'],
    ['&&~[|]', '&[|~'],
    ['a^]', '^a'],
    ['\\]\\\\-]', '-\\]'],
    ['\\x41\\u0042\\103]', 'ABC'],
    ['\\b\\n\\t]', '\b\t\n'],
    ['\\U00000041\\1\\12\\102]', '\x01\nAB'],
    ['\\d_]', '0123456789_'],
    [' #]', ' #'],
  ])('[%s has the members %j', (text, members) => {
    expect(membersOf(text)).toBe(members);
  });

  test('has both cases of its letters, and of its ranges, with the flag i alone', () => {
    expect(membersOf('aB_]', 'i')).toBe('AB_ab');
    expect(membersOf('aB_]', 'm', 's', 'x')).toBe('B_a');
    expect(membersOf('X-b]', 'i')).toBe('ABXYZ[\\]^_`abxyz');
    expect(membersOf('^a-y]', 'i').replace(/\W/g, '')).toBe('0123456789Z_z');
  });

  test.each([
    ['a', '"[" is not closed'],
    [']', '"[" is not closed'],
    ['^]', '"[" is not closed'],
    ['b-a]', 'a range is upside down: "b-a"'],
    ['\\d-z]', 'a range has a class at its end'],
    ['a-\\w]', 'a range has a class at its end'],
    ['\\q]', '"\\q" is unknown'],
    ['\\x4]', '"\\x" is unknown'],
    ['\\U4100]', '"\\U" is unknown'],
    ['\\400]', '"\\400" is unknown'],
    ['\\B]', '"\\B" is unknown'],
    ['\\A]', '"\\A" is unknown'],
    ['\\Z]', '"\\Z" is unknown'],
  ])('[%s is refused: %s', (text, why) => {
    expect(() => membersOf(text)).toThrow(new Error(why));
  });
});

describe('an escape', () => {
  test.each([
    ['\\w', '\\w'],
    ['\\B', '\\B'],
    ['\\A', '(?<![\\s\\S])'],
    ['\\Z', '(?![\\s\\S])'],
    ['\\n', '\\u{a}'],
    ['\\x2e', '\\u{2e}'],
    ['\\U0001F600', '\\u{1f600}'],
    ['\\0', '\\u{0}'],
    ['\\101', 'A'],
    ['\\.', '\\u{2e}'],
    ['\\7', '\\7'],
    ['\\10', '\\10'],
  ])('%s becomes %s', (text, translated) => {
    expect(translate(text)).toBe(translated);
  });

  test('has both cases with the flag i, with which no group can be asked for', () => {
    expect(translate('\\x61', 'i')).toBe('[aA]');
    expect(() => translate('\\1', 'i')).toThrow(
      new Error('"\\1" cannot be asked for without regard to case'),
    );
    expect(() => translate('\\y')).toThrow(new Error('"\\y" is unknown'));
  });
});

test('a literal stands for itself, whatever it means to JavaScript', () => {
  expect(['a', '_', '-', '/', '}', 'é'].map(character => literal(character, flags()))).toEqual([
    'a',
    '_',
    ...['\\u{2d}', '\\u{2f}', '\\u{7d}', '\\u{e9}'],
  ]);
  expect(['k', 'K', '1'].map(character => literal(character, flags('i')))).toEqual(['[kK]', '[Kk]', '1']);
});
