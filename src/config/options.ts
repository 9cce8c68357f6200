import { CHECK } from './options/check.ts';
import { COMMAND } from './options/command.ts';
import { IDLE } from './options/idle.ts';
import type { Command, Option, Value } from './options/option.ts';
import { READ } from './options/read.ts';
import { SEND } from './options/send.ts';
import { SHAPE } from './options/shape.ts';
import { SHOW } from './options/show.ts';

/** All options, in the order of --help and -p. A new option is a row in a file of `options/`. */
export const OPTIONS = { ...READ, ...SHAPE, ...SEND, ...CHECK, ...SHOW, ...COMMAND, ...IDLE };

type OptionTable = typeof OPTIONS;

/** Names of flags: rows with commands. */
export type Flag = {
  [Name in keyof OptionTable]: OptionTable[Name] extends { commands: unknown } ? Name : never;
}[keyof OptionTable];

type KeysOf<Row> = Row extends { readonly keys: infer Keys } ? Extract<keyof Keys, string> : never;

/** `section.option` of every option of a config file, e.g. `pull.timeout`. */
export type Key = { [Name in keyof OptionTable]: KeysOf<OptionTable[Name]> }[keyof OptionTable];

/** Sections whose options have names of the operator's choice. */
export const GROUP_SECTIONS = ['frontend-groups', 'backend-groups', 'server-groups'] as const;

export type GroupSection = (typeof GROUP_SECTIONS)[number];

/** Every section of a config file. */
export type Section = (Key extends `${infer Name}.${string}` ? Name : never) | GroupSection;

/**
 * The condition for a section to be in force: `always`; `switch`: a file has it; `extra`: likewise, and haproxystats has no
 * defaults for it.
 */
export const SECTIONS: Readonly<Record<Section, 'always' | 'switch' | 'extra'>> = {
  DEFAULT: 'always',
  paths: 'switch',
  pull: 'always',
  hooks: 'always',
  process: 'always',
  graphite: 'switch',
  statsd: 'extra',
  'frontend-groups': 'extra',
  'backend-groups': 'extra',
  'server-groups': 'extra',
  'local-store': 'extra',
};

type ValueOf<Row> = Row extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { kind: 'flag' }
    ? boolean
    : Row extends { kind: 'number' | 'seconds' | 'count' }
      ? number
      : Row extends { kind: 'list' | 'words' }
        ? readonly string[]
        : string;

type Given<Row> = Row extends { default: unknown }
  ? ValueOf<Row>
  : Row extends { kind: 'flag' | 'count'; keys?: never }
    ? ValueOf<Row>
    : ValueOf<Row> | undefined;

/** The checked value of each flag; undefined if it was not given and has no default of its own. */
export type Settings = { readonly [Name in Flag]: Given<OptionTable[Name]> };

type RowOf<K extends Key> = {
  [Name in keyof OptionTable]: K extends KeysOf<OptionTable[Name]> ? OptionTable[Name] : never;
}[keyof OptionTable];

type Unset<Row, K extends Key> = Row extends { keys: { readonly [Name in K]: undefined } }
  ? undefined
  : never;

/** The value in force for a key: a flag's, the file's, or the default. */
export type Setting<K extends Key> = ValueOf<RowOf<K>> | Unset<RowOf<K>, K>;

/** The rows by name, for those that go through all of them. */
export const ROWS: Readonly<Record<string, Option>> = OPTIONS;

/** Lists a command's flags under a heading of --help. */
export function listFlags(
  command: Command,
  group: Option['group'],
): readonly (readonly [name: string, Option])[] {
  return Object.entries(ROWS).filter(([, row]) => row.group === group && row.commands?.includes(command));
}

/** The row and the default of each key. */
export const KEYS: ReadonlyMap<Key, { readonly option: Option; readonly default: Value | undefined }> =
  listKeys();

function listKeys(): typeof KEYS {
  const keys = new Map<Key, { option: Option; default: Value | undefined }>();
  for (const option of Object.values(ROWS))
    for (const key in option.keys) keys.set(key as Key, { option, default: option.keys[key] });
  return keys;
}
