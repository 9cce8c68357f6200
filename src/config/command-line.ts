import parser from 'yargs-parser';
import { Failure } from '../errors.ts';
import { isNumberWithin } from './number.ts';
import { OPTIONS, type Option, type Settings } from './options.ts';

const NAMES = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
const ROWS: Readonly<Record<string, Option>> = OPTIONS;

/**
 * Reads the command line by the option table. Throws a Failure that names the flag and what it accepts.
 * This is yargs' own parser: yargs itself, which a good run never needs, is loaded for --help alone.
 */
export async function parseCommandLine(argv: readonly string[]): Promise<Settings> {
  const { argv: given, error } = parser.detailed(nameStdin(argv), {
    array: NAMES.filter(name => OPTIONS[name].kind === 'list'),
    boolean: NAMES.filter(name => OPTIONS[name].kind === 'flag'),
    string: NAMES.filter(name => OPTIONS[name].kind !== 'flag'),
    alias: Object.fromEntries(NAMES.map(name => [name, ROWS[name]?.short ?? []])),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    },
  });
  if (error) throw new Failure('usage', 'command line', error.message);
  checkFlags(argv);
  const { _: positional, ...flags } = given;
  const [stray] = positional;
  if (stray !== undefined)
    throw new Failure('usage', 'command line', `"${stray}" belongs to no flag; see --help`);
  for (const flag of Object.keys(flags)) if (!Object.hasOwn(OPTIONS, flag)) throw await unknownFlag(flag);
  if (flags.help || flags.version) return flags as unknown as Settings;
  return Object.fromEntries(NAMES.map(name => [name, check(name, flags[name])])) as unknown as Settings;
}

/** The parser takes a lone `-` for an argument that belongs to no flag; after --hook-stats it is standard input. */
function nameStdin(argv: readonly string[]): string[] {
  return argv.map((arg, index) => {
    if (arg !== '-') return arg;
    const flag = argv.slice(0, index).findLast(before => /^-./.test(before)) ?? '';
    return /^--hook-stats(=|$)/.test(flag) ? '/dev/stdin' : arg;
  });
}

function check(name: string, given: unknown): unknown {
  const option = ROWS[name] as Option;
  const flag = `--${name}`;
  const values = (Array.isArray(given) ? given : given === undefined ? [] : [given]) as unknown[];
  if (values.length === 0 && given === undefined) {
    return option.kind === 'flag' ? false : option.default;
  }
  if (option.kind === 'flag') return values.at(-1) === true;
  if (option.kind === 'list') {
    if (values.length === 0 || values.includes('')) throw expected(flag, 'at least one value', '');
    return values;
  }
  if (values.length > 1) throw new Failure('usage', flag, 'given more than once');
  const text = String(values[0]);
  if (option.kind === 'choice') return checkChoice(flag, option.choices ?? [], text);
  if (option.kind === 'number') return checkNumber(flag, option, text);
  if (text === '') throw expected(flag, `a ${option.argument ?? 'value'}`, text);
  return text;
}

function checkChoice(flag: string, choices: readonly string[], text: string): string {
  const choice = choices.find(candidate => candidate.toLowerCase() === text.toLowerCase());
  if (choice === undefined) throw expected(flag, choices.join(' or '), text);
  return choice;
}

/** The parser takes whatever is not `true` for false: `--dry-run=yes` would send. */
function checkFlags(argv: readonly string[]): void {
  for (const arg of argv) {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(arg) ?? [];
    const isFlag = Object.hasOwn(ROWS, name) && ROWS[name]?.kind === 'flag';
    if (isFlag && !['true', 'false'].includes(value)) throw expected(`--${name}`, 'no value', value);
  }
}

function checkNumber(flag: string, { min = 0, max = LARGEST, whole }: Option, text: string): number {
  const value = Number(text);
  if (isNumberWithin(text, { min, max, whole })) return value;
  const range = value > max ? `${min} to ${max}` : `${min} or more`;
  throw expected(flag, `a ${whole ? 'whole ' : ''}number, ${range}`, text);
}

/** In seconds, more than twenty days: what no timer counts any more. */
const LARGEST = 2_000_000;

function expected(flag: string, accepted: string, got: string): Failure {
  return new Failure('usage', flag, `expected ${accepted}, got ${JSON.stringify(got)}`);
}

async function unknownFlag(flag: string): Promise<Failure> {
  const { default: leven } = await import('leven');
  const nearest = [...NAMES].sort((a, b) => leven(flag, a) - leven(flag, b))[0] ?? '';
  const hint = leven(flag, nearest) <= 3 ? `did you mean --${nearest}?` : 'see --help';
  return new Failure('usage', `${flag.length === 1 ? '-' : '--'}${flag}`, `unknown flag; ${hint}`);
}
