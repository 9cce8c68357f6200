import { Failure } from '../errors.ts';
import { quote } from '../plain-text.ts';
import type { Option, Value } from './options/option.ts';

type OptionKind = Option['kind'];

/**
 * Parses a text of the command line or of a file as a value of the option. Throws a Failure that begins with `where` and says
 * what is accepted.
 */
export function parseValue(where: string, option: Option, text: string): Value {
  const value = PARSE[option.kind](text, option);
  if (value === undefined) throw expected(where, ACCEPTED[option.kind](option, text), text);
  if (option.kind !== 'idle') refuseControls(where, [value].flat());
  return value;
}

/** A control character: C0, DEL or C1. `\p{Cc}` is the same, but V8 takes 0.4 ms to compile it. */
const CONTROL = /[^ -~\u00a0-\uffff]/;

/** Throws a Failure for a text with a control character: no host, path or name of an operator has one. */
export function refuseControls(where: string, values: readonly unknown[]): void {
  const odd = values.find(value => typeof value === 'string' && CONTROL.test(value));
  if (odd !== undefined) throw expected(where, 'no control character', String(odd));
}

/** Returns the value's text as in a config file. */
export function formatValue({ kind }: Option, value: Value): string {
  return typeof value === 'object' ? value.join(kind === 'words' ? ' ' : ', ') : String(value);
}

/** Returns the Failure that says what is accepted and quotes what was given, without a password. */
export function expected(where: string, accepted: string, got: string): Failure {
  return new Failure('usage', where, `expected ${accepted}, got ${quote(got)}`);
}

/**
 * Parses a boolean as Python's getboolean: 1, yes, true, on and 0, no, false, off in any case; undefined for any other text.
 */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(1|yes|true|on)$/i.test(text)) return true;
  return /^(0|no|false|off)$/i.test(text) ? false : undefined;
}

const PARSE: Readonly<Record<OptionKind, (text: string, option: Option) => Value | undefined>> = {
  text: text => text,
  idle: text => text,
  list: text => split(text, ','),
  words: text => split(text, /[\s,]+/),
  flag: text => parseBoolean(text),
  count: parseNumber,
  choice: (text, { choices = [] }) => choices.find(choice => choice.toLowerCase() === text.toLowerCase()),
  number: parseNumber,
  seconds: parseNumber,
};

const ACCEPTED: Readonly<Record<OptionKind, (option: Option, text: string) => string>> = {
  text: ({ argument = 'value' }) => `a ${argument}`,
  idle: () => 'a value',
  list: () => 'at least one value',
  words: () => 'at least one value',
  flag: () => 'true or false',
  count: describeNumber,
  choice: ({ choices = [] }) => choices.join(' or '),
  number: describeNumber,
  seconds: describeNumber,
};

/** Most seconds; Node's timers count no more than two million. */
const LARGEST: Readonly<Partial<Record<OptionKind, number>>> = { number: 1e9, seconds: 2e6 };

function split(text: string, separator: string | RegExp): readonly string[] | undefined {
  const items = text.split(separator).map(item => item.trim());
  return items.some(Boolean) ? items.filter(Boolean) : undefined;
}

/** Digits with a fraction at most, no exponent. */
function parseNumber(text: string, option: Option): number | undefined {
  const value = Number(text);
  const [min, max] = rangeOf(option);
  const isInside = value >= min && value <= max && (!option.whole || Number.isInteger(value));
  return isInside && /^-?\d*\.?\d+$/.test(text) ? value : undefined;
}

function describeNumber(option: Option, text: string): string {
  const [min, max] = rangeOf(option);
  const range = option.max !== undefined || Number(text) > max ? `${min} to ${max}` : `${min} or more`;
  return `a ${option.whole ? 'whole ' : ''}number${option.kind === 'seconds' ? ' of seconds' : ''}, ${range}`;
}

function rangeOf({ kind, min = 0, max = LARGEST[kind] ?? Infinity }: Option): readonly [number, number] {
  return [min, max];
}
