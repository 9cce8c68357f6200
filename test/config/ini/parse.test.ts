// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of INI.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ini, readIni } from '../../../src/config/ini/parse.ts';
import { readValue } from '../../../src/config/ini/value.ts';
import { Failure } from '../../../src/errors.ts';
import {
  type Parsed,
  type ParsedSection,
  readWithPython,
  startConfigParser,
} from '../../helpers/configparser.ts';
import { CASES, type Values } from './texts.ts';

describe('the INI reader', () => {
  it.each(CASES)('reads %s', (_title, texts, expected) => {
    const said = sayAll(attempt(texts));
    expect(said).toEqual(expected);
    expect(order(said)).toEqual(order(expected));
  });

  it('says where sections and options stand and which options come from [DEFAULT]', () => {
    const ini = readIni([
      { name: 'a.conf', text: '[DEFAULT]\nport = 1\nhost = h\n\n[a]\n# c\nx = 1\n  2\nPort = 2\n' },
      { name: 'b.conf', text: '\n[a]\nx = ${host}\n' },
    ]);
    expect(ini.get('a')).toEqual({
      name: 'a',
      file: 'a.conf',
      line: 5,
      options: new Map([
        ['port', { raw: '2', file: 'a.conf', line: 9, inherited: false }],
        ['host', { raw: 'h', file: 'a.conf', line: 3, inherited: true }],
        ['x', { raw: '${host}', file: 'b.conf', line: 3, inherited: false }],
      ]),
    });
    expect(ini.get('DEFAULT')?.options.get('port')?.inherited).toBe(false);
    expect(readValue(ini, 'a', 'x')).toEqual({ value: 'h', file: 'b.conf', line: 3 });
    expect(readValue(ini, 'a', 'host')).toEqual({ value: 'h', file: 'a.conf', line: 3 });
    expect([readValue(ini, 'a', 'y'), readValue(ini, 'b', 'x')]).toEqual([undefined, undefined]);
  });

  it('throws Failures of the kind usage', () => {
    const usage = expect.objectContaining({ name: 'Failure', code: 'usage', where: 'a.conf:2' });
    expect(() => readIni([{ name: 'a.conf', text: '\nx' }])).toThrow(usage);
    const ini = readIni([{ name: 'a.conf', text: '[a]\nx = $' }]);
    expect(() => readValue(ini, 'a', 'x')).toThrow(usage);
  });

  it('reads a line with two million spaces at once', () => {
    const begin = performance.now();
    readIni([{ name: 'a.conf', text: `[a]\nx = 1${' '.repeat(1e6)}2${' '.repeat(1e6)}\n` }]);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe("Python's ConfigParser", () => {
  it.each(CASES)('agrees on %s', async (_title, texts) => {
    expect(answerFor(attempt(texts))).toEqual(answerOf(await readWithPython(texts)));
  });

  it('agrees on texts made of tricky parts', async () => {
    const seen = { read: 0, refused: 0, resolved: 0, unresolved: 0 };
    await fc.assert(
      fc.asyncProperty(texts, async files => {
        const read = attempt(files);
        const theirs = answerOf(await readWithPython(files));
        expect(answerFor(read)).toEqual(theirs);
        for (const kind of kindsOf(read)) seen[kind]++;
      }),
      { seed: 20_240_229, numRuns: 3000 },
    );
    // Else the texts would be too tame or too wild to tell anything.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(300);
  });

  it('is named where it is missing', async () => {
    await expect(startConfigParser('/nowhere/python3')).rejects.toThrow(
      '/nowhere/python3 is missing: install python3, which these tests compare with',
    );
  });
});

const oneOf = (choices: string) => fc.constantFrom(...choices.split('|'));
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map(strings => strings.join(''));

// Parts that the rules turn on: indents, names, delimiters, comments, references, line ends.
const blank = oneOf('|||| |  |\t|    |\u00a0|\x1f|\u2028');
const indent = oneOf(' |  |\t|     |\u3000');
const header = oneOf('a|a|b|b|DEFAULT|DEFAULT|A|default| a|a]b|x=1|#|a:b|__proto__').map(name => `[${name}]`);
const name = oneOf('x|x|x|x|y|y|y|z|z|X|Y|é|É|İ|ΑΣ|a b|[x|x]|"x"|\ufeffx|x;|__proto__');
const delimiter = oneOf('=|:| = | : |=\t|\u00a0=|==');
const part = oneOf('1|v| ||=|:|#|;| ;|[a]|}|{|%|%(x)s|\\|"|𝒳|\ufeff|\u0085|\u2028|\x1c|$$|$$|$$');
const reference = oneOf('${x}|${y}|${X}|${z}|${a:x}|${b:Y}|${DEFAULT:x}|${a b}');
const broken = oneOf('$|${|${}|${none}|${a:none}|${c:x}|${a:b:x}|${:x}|${a:}');
const value = fc
  .array(
    fc.oneof(
      { weight: 25, arbitrary: part },
      { weight: 3, arbitrary: reference },
      { weight: 1, arbitrary: broken },
    ),
    { maxLength: 4 },
  )
  .map(parts => parts.join(''));
const option = joined(name, delimiter, value);
const comment = joined(blank, oneOf('#|;|# x = 1|;[b]'));
const further = joined(indent, fc.oneof(value, header, option));
const lineEnd = oneOf('\n|\n|\n|\n|\r\n|\r');

// Sections and options once each, so that mostly all is well.
const tidyOption = fc.tuple(
  name,
  delimiter,
  value,
  fc.array(fc.oneof(comment, blank, further), { maxLength: 3 }),
);
const tidyOptions = fc.uniqueArray(tidyOption, { maxLength: 4, selector: ([key]) => key.toLowerCase() });
const tidySection = fc.tuple(header, fc.array(fc.oneof(comment, blank), { maxLength: 2 }), tidyOptions);
const tidyText = fc
  .tuple(
    oneOf('||\ufeff'),
    fc.uniqueArray(tidySection, { maxLength: 4, selector: ([first]) => first }),
    lineEnd,
  )
  .map(([mark, sections, end]) => {
    const lines = sections.flatMap(([first, rest, options]) => [
      first,
      ...rest,
      ...options.flatMap(([key, equals, text, more]) => [key + equals + text, ...more]),
    ]);
    return mark + lines.join(end);
  });

// Any line after any other.
const wildLine = fc.oneof(header, option, option, option, comment, further, value, fc.constant(''));
const wildText = fc
  .tuple(oneOf('[b]\n|[b]\n|[b]\n|'), fc.array(joined(blank, wildLine, blank, lineEnd), { maxLength: 8 }))
  .map(([first, lines]) => first + lines.join(''));

const texts = fc.array(fc.oneof({ weight: 3, arbitrary: tidyText }, { weight: 1, arbitrary: wildText }), {
  minLength: 1,
  maxLength: 3,
});

type Answer = readonly ParsedSection[] | 'refused';

function answerOf(parsed: Parsed): Answer {
  return 'error' in parsed ? 'refused' : parsed.sections;
}

/** As Python answers: null for what cannot be resolved, [DEFAULT] last and only if it has options. */
function answerFor(read: Ini | Failure): Answer {
  if (read instanceof Failure) return 'refused';
  const isDefault = (section: string) => section === 'DEFAULT';
  const sections = [...read.values()].filter(({ name, options }) => !isDefault(name) || options.size > 0);
  return sections
    .sort((one, other) => Number(isDefault(one.name)) - Number(isDefault(other.name)))
    .map(({ name: section, options }) => [
      section,
      Array.from(options, ([key, { inherited }]) => {
        const said = say(read, section, key);
        return [key, said instanceof Failure ? null : said, inherited];
      }),
    ]);
}

/** Whether texts were read, and whether references in them led somewhere, or nowhere. */
function kindsOf(read: Ini | Failure): Set<'read' | 'refused' | 'resolved' | 'unresolved'> {
  if (read instanceof Failure) return new Set(['refused']);
  const references = Array.from(read.values()).flatMap(({ name: section, options }) =>
    Array.from(options.keys())
      .filter(key => /(?<!\$)\$\{/.test(options.get(key)?.raw ?? ''))
      .map(key => say(read, section, key)),
  );
  return new Set(['read', ...references.map(said => (said instanceof Failure ? 'unresolved' : 'resolved'))]);
}

function sayAll(read: Ini | Failure): Values | string {
  if (read instanceof Failure) return read.message;
  return Object.fromEntries(
    Array.from(read, ([section, { options }]) => [
      section,
      Object.fromEntries(Array.from(options.keys(), key => [key, textOf(say(read, section, key))])),
    ]),
  );
}

function order(said: Values | string) {
  return Object.entries(said).map(([section, options]) => [section, Object.keys(options)]);
}

function textOf(said: string | Failure | undefined): string {
  return said instanceof Failure ? said.message : (said ?? 'no value');
}

function attempt(files: readonly string[]): Ini | Failure {
  return failureOr(() => readIni(files.map((text, index) => ({ name: `${'abc'[index]}.conf`, text }))));
}

function say(ini: Ini, section: string, key: string): string | Failure {
  return failureOr(() => readValue(ini, section, key)?.value ?? 'no value');
}

/** Expects a Failure of one line; throws anything else again. */
function failureOr<T>(act: () => T): T | Failure {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Failure) || /[\r\n]/.test(error.message)) throw error;
    return error;
  }
}
