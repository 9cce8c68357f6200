import parser from 'yargs-parser';
import { Failure } from '../errors.ts';
import { quote } from '../plain-text.ts';
import { type Command, type Option, takesValue } from './options/option.ts';
import { type Flag, ROWS, type Settings } from './options.ts';
import { suggest } from './suggest.ts';
import { expected, parseValue, refuseControls } from './value.ts';

const FLAGS = Object.keys(ROWS).filter(name => ROWS[name]?.commands !== undefined) as Flag[];

/** Flags with another name: the parser compares each entry of its table of names with all others. */
const RENAMED = FLAGS.filter(name => otherNames(row(name)).length > 0);

/**
 * Parses the arguments of a command by the option table. Throws a Failure that names the flag and what it accepts. This is
 * yargs' own parser: yargs itself, which a good run never needs, is loaded for --help alone.
 */
export async function parseCommandLine(command: Command, argv: readonly string[]): Promise<Settings> {
  const ofKind = (...kinds: readonly Option['kind'][]) =>
    FLAGS.filter(name => kinds.includes(row(name).kind));
  const { argv: given, error } = parser.detailed(nameStdin(argv), {
    array: ofKind('list', 'words'),
    boolean: ofKind('flag'),
    count: ofKind('count').filter(name => row(name).commands?.includes(command)), // the parser gives each of them a 0
    string: ofKind('list', 'words', 'text', 'number', 'seconds', 'choice'),
    alias: Object.fromEntries(RENAMED.map(name => [name, otherNames(row(name))])),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    },
  });
  if (error) throw new Failure('usage', 'command line', error.message);
  checkSwitches(argv);
  const { _: positional, ...flags } = given;
  for (const flag of Object.keys(flags)) await checkName(command, flag);
  const [stray] = positional;
  if (stray !== undefined)
    throw new Failure('usage', 'command line', `${quote(String(stray))} belongs to no flag; see --help`);
  if (flags.help || flags.version) return flags as unknown as Settings;
  return Object.fromEntries(FLAGS.map(name => [name, readFlag(name, flags[name])])) as unknown as Settings;
}

function row(flag: Flag): Option {
  return ROWS[flag] as Option;
}

function otherNames({ short, also }: Option): string[] {
  return [short, also].filter(name => name !== undefined);
}

/** The parser takes a lone `-` for an argument that belongs to no flag; after --hook-stats it is standard input. */
function nameStdin(argv: readonly string[]): string[] {
  return argv.map((arg, index) => {
    if (arg !== '-') return arg;
    const flag = argv.slice(0, index).findLast(before => /^-./.test(before)) ?? '';
    return /^--hook-stats(=|$)/.test(flag) ? '/dev/stdin' : arg;
  });
}

/** The parser takes whatever is not `true` for false: `--dry-run=yes` would send. */
function checkSwitches(argv: readonly string[]): void {
  for (const arg of argv) {
    const [, dashes = '', name = '', value = ''] = /^(--?)([^=]+)=(.*)$/s.exec(arg) ?? [];
    if (name !== '' && !['true', 'false'].includes(value) && isSwitch(name))
      throw expected(dashes + name, 'no value', value);
  }
}

function isSwitch(name: string): boolean {
  return FLAGS.some(
    flag => !takesValue(row(flag)) && (flag === name || otherNames(row(flag)).includes(name)),
  );
}

async function checkName(command: Command, name: string): Promise<void> {
  const written = `${name.length === 1 ? '-' : '--'}${name}`;
  const commands = Object.hasOwn(ROWS, name) ? ROWS[name]?.commands : undefined;
  if (commands?.includes(command)) return;
  if (commands !== undefined) {
    const owners = commands.map(owner => `"hap-monitor ${owner}"`).join(' and ');
    throw new Failure('usage', written, `belongs to ${owners}, not to "hap-monitor ${command}"`);
  }
  const nearest = await suggest(
    name,
    FLAGS.filter(flag => row(flag).commands?.includes(command)),
  );
  const hint = nearest === undefined ? 'see --help' : `did you mean --${nearest}?`;
  throw new Failure('usage', written, `unknown flag; ${hint}`);
}

function readFlag(name: Flag, given: unknown): unknown {
  const option = row(name);
  const where = `--${name}`;
  const values = (Array.isArray(given) ? given : given === undefined ? [] : [given]) as unknown[];
  if (option.kind === 'count') return Number(given ?? 0);
  if (given === undefined)
    return option.kind === 'flag' && option.keys === undefined ? false : option.default;
  if (option.kind === 'flag') return values.at(-1) === true;
  const texts = values.map(String);
  if (option.kind === 'list' || option.kind === 'words') {
    if (texts.length === 0 || texts.includes('')) throw expected(where, 'at least one value', '');
    if (option.kind === 'words') return texts.flatMap(text => parseValue(where, option, text));
    refuseControls(where, texts);
    return texts;
  }
  const [text = '', ...more] = texts;
  if (more.length > 0) throw new Failure('usage', where, 'given more than once');
  if (text === '' && option.kind === 'text') throw expected(where, `a ${option.argument ?? 'value'}`, text);
  return parseValue(where, option, text);
}
