import { join } from 'node:path';
import { expectFailure, Failure } from '../errors.ts';
import {
  type Ini,
  type IniFile,
  type IniSection,
  makeSections,
  parseIni,
  showLocation,
  stackSections,
} from './ini/parse.ts';
import { type IniValue, readValue } from './ini/value.ts';
import type { Option, Value } from './options/option.ts';
import { GROUP_SECTIONS, type GroupSection, KEYS, type Key, SECTIONS, type Section } from './options.ts';
import { listDirectory, readSmallFile } from './read-file.ts';
import { suggest } from './suggest.ts';
import { formatValue, parseValue } from './value.ts';

/** A value, and where it was given, for messages. */
export interface Said<T> {
  readonly value: T;
  readonly where: string;
}

/**
 * Called with a Failure for each value that its option does not accept; throws it if the first fault is to end everything.
 */
export type OnFault = (fault: Failure) => void;

/** The checked contents of the operator's files. */
export interface ConfigFile {
  has(section: Section): boolean;
  /** Finds a key; undefined if it is not set and has no default that refers to other options. */
  find(key: Key): Said<Value> | undefined;
  /** Whether the files themselves set the key. */
  isGiven(key: Key): boolean;
  /** Lists the operator's own names in a section, in file order. */
  entries(section: GroupSection): readonly (readonly [name: string, said: Said<string>])[];
  /** Unknown options and sections, one line each. */
  readonly warnings: readonly Failure[];
  /** Options without effect here, one line each. */
  readonly notes: readonly string[];
}

/**
 * Reads `file` and, on top of it, the `*.conf` files of `directory` in the order of their names, and checks every value.
 * Throws a Failure that names file and line.
 */
export async function loadConfigFile(
  file: string | undefined,
  directory: string | undefined,
  onFault: OnFault,
): Promise<ConfigFile> {
  const names = directory === undefined ? [] : await listDirectory(directory, directory);
  const parts = names.filter(name => name.endsWith('.conf')).map(name => join(directory ?? '', name));
  const files: IniFile[] = [];
  for (const path of file === undefined ? parts : [file, ...parts])
    files.push({ name: path, text: await readSmallFile(path, path) });
  return await readConfigTexts(files, onFault);
}

/** Merges files, the later on top, over the defaults. */
async function readConfigTexts(files: readonly IniFile[], onFault: OnFault): Promise<ConfigFile> {
  const sections = files.flatMap(parseIni);
  const own = stackSections(sections);
  const ini = stackSections([...makeSections('defaults', listDefaults()), ...sections]);
  const said = readKeys(ini, onFault);
  return {
    has: section => own.has(section),
    find: key => said.get(key),
    isGiven: key => {
      const [section, name] = splitKey(key);
      return own.get(section)?.options.get(name)?.inherited === false;
    },
    entries: section => listEntries(ini, section),
    warnings: await findUnknown(own),
    notes: findIdle(own),
  };
}

/** Lists the defaults as raw texts. */
function listDefaults(): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  for (const [key, { option, default: preset }] of KEYS) {
    const [section, name] = splitKey(key);
    const options = sections.get(section) ?? new Map<string, string>();
    if (preset !== undefined) options.set(name, formatValue(option, preset));
    sections.set(section, options);
  }
  return sections;
}

const TEXTS: ReadonlySet<Option['kind']> = new Set(['text', 'list', 'words', 'idle']);

/** Kinds whose empty text counts as not set, as in haproxystats. */
function readKeys(ini: Ini, onFault: OnFault): ReadonlyMap<Key, Said<Value>> {
  const said = new Map<Key, Said<Value>>();
  for (const [key, { option }] of KEYS) {
    try {
      const value = readKey(ini, key, option);
      if (value !== undefined) said.set(key, value);
    } catch (error) {
      onFault(expectFailure(error));
    }
  }
  return said;
}

function readKey(ini: Ini, key: Key, option: Option): Said<Value> | undefined {
  const [section, name] = splitKey(key);
  const found = readValue(ini, section, name);
  if (found === undefined || (found.value === '' && TEXTS.has(option.kind))) return undefined;
  if (option.kind === 'idle' && ini.get(section)?.options.get(name)?.inherited) return undefined;
  const where = showOption(section, name, found);
  return { value: parseValue(where, option, found.value), where };
}

function listEntries(ini: Ini, section: string): (readonly [string, Said<string>])[] {
  return Array.from(ini.get(section)?.options ?? []).flatMap(([name, { inherited }]) => {
    const found = inherited ? undefined : readValue(ini, section, name);
    return found === undefined
      ? []
      : [[name, { value: found.value, where: showOption(section, name, found) }] as const];
  });
}

/** A file of something else may have any number of them. */
const MOST_UNKNOWN = 20;

async function findUnknown(own: Ini): Promise<Failure[]> {
  const unknown: (() => Promise<Failure>)[] = [];
  for (const [section, written] of own) {
    if (!Object.hasOwn(SECTIONS, section)) {
      unknown.push(() => unknownSection(section, written));
    } else if (!GROUP_SECTIONS.includes(section as GroupSection)) {
      for (const [name, option] of written.options)
        if (!option.inherited && !KEYS.has(`${section}.${name}` as Key))
          unknown.push(() => unknownOption(section, name, showLocation(option)));
    }
  }
  const told = await Promise.all(unknown.slice(0, MOST_UNKNOWN).map(tell => tell()));
  const left = unknown.length - told.length;
  if (left > 0) {
    const what = `${left} more unknown sections or options: are these files of hap-monitor or haproxystats?`;
    told.push(new Failure('warning', 'config files', what));
  }
  return told;
}

async function unknownSection(section: string, written: IniSection): Promise<Failure> {
  const known = Object.keys(SECTIONS);
  const nearest = await suggest(section, known);
  const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean [${nearest}]?`;
  return new Failure('warning', showLocation(written), `[${section}]: unknown section; ${hint}`);
}

async function unknownOption(section: string, name: string, where: string): Promise<Failure> {
  const keys = Array.from(KEYS.keys(), splitKey);
  const [owner] = keys.find(([, known]) => known === name) ?? [];
  const nearest = await suggest(
    name,
    keys.filter(([of]) => of === section).map(([, known]) => known),
  );
  const other = owner === undefined ? 'see hap-monitor --print-defaults' : `[${owner}] has one of this name`;
  const hint = nearest === undefined ? other : `did you mean ${nearest}?`;
  return new Failure('warning', where, `[${section}] ${name}: unknown option; ${hint}`);
}

function findIdle(own: Ini): string[] {
  return Array.from(own).flatMap(([section, { options }]) =>
    Array.from(options).flatMap(([name, written]) => {
      const option = KEYS.get(`${section}.${name}` as Key)?.option;
      if (written.inherited || option?.kind !== 'idle') return [];
      return [`${showLocation(written)}: [${section}] ${name}: ${option.help}`];
    }),
  );
}

function showOption(section: string, name: string, value: IniValue): string {
  return `${showLocation(value)}: [${section}] ${name}`;
}

function splitKey(key: Key): [section: string, name: string] {
  const end = key.indexOf('.');
  return [key.slice(0, end), key.slice(end + 1)];
}
