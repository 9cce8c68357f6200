// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of INI.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIni } from '../../../src/config/ini/parse.ts';
import { readValue } from '../../../src/config/ini/value.ts';
import { writeIni } from '../../../src/config/ini/write.ts';
import { Failure } from '../../../src/errors.ts';
import { readWithPython } from '../../helpers/configparser.ts';
import type { Values } from './texts.ts';

it('prints sections with an empty line between them', () => {
  const values = { DEFAULT: { port: '2003' }, paths: {}, groups: { web: '^(a|b)$\n\n[c] = ${d}', none: '' } };
  expect(write(values)).toBe(
    '[DEFAULT]\nport = 2003\n\n[paths]\n\n[groups]\nweb = ^(a|b)$$\n  \n  [c] = $${d}\nnone = \n',
  );
});

it('prints nothing for no sections', () => {
  expect(writeIni(new Map())).toBe('');
});

it.each(['', ' ', 'x ', 'X', 'x:y', 'x=', '#x', ';', '[x', '[x]', 'x\ny', 'x\ry'])(
  'refuses the option %j',
  name => {
    expect(() => write({ a: { y: '1', [name]: '1' } })).toThrow(
      refusal(
        'option name in [a]',
        'lower case without "=" and ":", not starting with "#", ";" or "["',
        name,
      ),
    );
  },
);

it.each([' 1', '1 ', '1\n', '1\n 2', '1 \n2', '1\n#2', '1\n\n;2', '1\r2'])('refuses the value %j', value => {
  expect(() => write({ a: { x: value } })).toThrow(
    refusal(
      'value of [a] x',
      'lines without white space around them, of which only the first may start with "#" or ";"',
      value,
    ),
  );
});

it.each(['', 'a]', 'a\nb', 'a\r'])('refuses the section %j', name => {
  expect(() => write({ [name]: {} })).toThrow(refusal('section name', 'one line without "]"', name));
});

it('prints what this reader and Python read back to the same, or refuses', async () => {
  let printed = 0;
  await fc.assert(
    fc.asyncProperty(sections, async values => {
      const text = attempt(values);
      if (text === undefined) return;
      printed++;
      expect(readOwn(text)).toEqual(sorted(values));
      expect(await readOwnByPython(text)).toEqual(sorted(values));
    }),
    { seed: 20_240_229, numRuns: 2000 },
  );
  expect(printed).toBeGreaterThan(500);
});

const oneOf = (choices: string) => fc.constantFrom(...choices.split('|'));
const name = oneOf('x|y|z|é|a b|x]|"x"|\ufeffx|x;|__proto__|X|[x|#| x|İ');
const value = fc
  .array(
    oneOf('1|v|v|v|=|[a]|#| ||\n|\n|\n\n|\r|\\|"|\ufeff|\u0085|\u2028|$|$$|${|${}|${x}|${a:x}|}|%(x)s|𝒳'),
    { maxLength: 4 },
  )
  .map(parts => parts.join(''));
const sections = fc.dictionary(
  oneOf('a|a|b|b|A|DEFAULT|DEFAULT| a|a]b|[|x=1|#|a:b|__proto__||\r'),
  fc.dictionary(name, value, { maxKeys: 3 }),
  { maxKeys: 3 },
);

type Own = readonly (readonly [
  section: string,
  options: readonly (readonly [string, string | null | undefined])[],
])[];

/** Sections by name, empty [DEFAULT] left out, with the options of their own. */
function readOwn(text: string): Own {
  const ini = readIni([{ name: 'a.conf', text }]);
  return sortedOwn(
    Array.from(ini.values(), section => [
      section.name,
      Array.from(section.options).flatMap(([key, { inherited }]) =>
        inherited ? [] : [[key, readValue(ini, section.name, key)?.value] as const],
      ),
    ]),
  );
}

async function readOwnByPython(text: string): Promise<Own> {
  const parsed = await readWithPython([text]);
  if ('error' in parsed) throw new Error(`Python refuses ${JSON.stringify(text)}: ${parsed.error}`);
  return sortedOwn(
    parsed.sections.map(([section, options]) => [
      section,
      options.flatMap(([key, said, inherited]) => (inherited ? [] : [[key, said] as const])),
    ]),
  );
}

function sorted(values: Values): Own {
  return sortedOwn(Object.entries(values).map(([section, options]) => [section, Object.entries(options)]));
}

// Options that override one of [DEFAULT] come in another order.
function sortedOwn(own: Own): Own {
  return own
    .filter(([section, options]) => section !== 'DEFAULT' || options.length > 0)
    .map(([section, options]) => [section, options.toSorted(byName)] as const)
    .toSorted(byName);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function write(values: Values): string {
  return writeIni(
    new Map(Object.entries(values).map(([section, options]) => [section, new Map(Object.entries(options))])),
  );
}

function attempt(values: Values): string | undefined {
  try {
    return write(values);
  } catch (error) {
    if (!(error instanceof Failure) || /[\r\n]/.test(error.message)) throw error;
    return undefined;
  }
}

function refusal(what: string, accepted: string, got: string): Failure {
  return new Failure(
    'usage',
    'INI',
    `cannot write the ${what}: expected ${accepted}, got ${JSON.stringify(got)}`,
  );
}
