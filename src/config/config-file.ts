import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, reason } from '../errors.ts';
import {
  FILE_OPTIONS,
  type FileOption,
  GROUP_SECTIONS,
  OPTIONAL_SECTIONS,
  SWITCHING_SECTIONS,
} from './file-options.ts';
import {
  failAt,
  type Ini,
  type IniFile,
  type IniSection,
  makeSections,
  parseIni,
  showPlace,
  stackSections,
} from './ini/parse.ts';
import { type IniValue, parseBoolean, readValue } from './ini/value.ts';
import { writeIni } from './ini/write.ts';
import { isNumberWithin } from './number.ts';

/** The config file's options with their defaults below and the command line on top. Names are the file's. */
export interface Config {
  /** Whether the operator's files have the section; defaults and flags do not count. */
  has(section: string): boolean;
  /** The option's text; undefined where it is not set or empty. */
  text(section: string, option: string): string | undefined;
  number(section: string, option: string): number;
  flag(section: string, option: string): boolean;
  /** The text with the place that a message about it names. */
  value(section: string, option: string): IniValue | undefined;
  /** The operator's own names in a section, in file order. */
  entries(section: string): readonly (readonly [name: string, value: IniValue])[];
  /** One line each: options and sections nobody knows. */
  readonly unknown: readonly Failure[];
  /** Options that only a daemon needs. */
  readonly idle: readonly string[];
  /** All that is in force as an INI file that reads back to the same: what `--print-config` prints. */
  render(): string;
}

/** Reads `file` and the `*.conf` of `directory` on top, in the order of their names. */
export function readConfigFiles(file: string | undefined, directory: string | undefined): IniFile[] {
  const names = directory === undefined ? [] : attempt(directory, () => readdirSync(directory));
  const parts = names.filter(name => name.endsWith('.conf')).sort();
  const paths = [...(file === undefined ? [] : [file]), ...parts.map(name => join(directory ?? '', name))];
  return paths.map(path => ({ name: path, text: attempt(path, () => readFileSync(path, 'utf8')) }));
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Failure('usage', path, `cannot be read: ${reason(error)}`, error);
  }
}

/**
 * Puts defaults, files and flags together and checks every value. Throws a Failure that names file and line.
 * The flags are listed when it is known which sections the files have; `replaced` are the backends in whose place
 * a flag put another.
 */
export function loadConfig(
  files: readonly IniFile[],
  replaced: readonly string[],
  listFlags: (has: (section: string) => boolean) => readonly IniSection[],
): Config {
  const sections = files.flatMap(parseIni);
  const ofFiles = stackSections(sections);
  const given = [...sections, ...listFlags(section => ofFiles.has(section))];
  const own = stackSections(given);
  const defaults = listDefaults(section => own.has(section));
  const ini = stackSections([...makeSections('defaults', defaults), ...given]);
  checkValues(own, ini);
  const value = (section: string, name: string) => readValue(ini, section, name);
  return {
    ...checkNames(own),
    has: section => ofFiles.has(section),
    value,
    text: (section, name) => value(section, name)?.value || undefined,
    number: (section, name) => Number(value(section, name)?.value),
    flag: (section, name) => parseBoolean(value(section, name)?.value ?? '') ?? false,
    entries: section => listEntries(own, ini, section),
    render: () => render(ini, section => own.has(section) && !replaced.includes(section)),
  };
}

/** Checks what the operator wrote, with all that it may refer to. */
function checkValues(own: Ini, ini: Ini): void {
  for (const [section, { options }] of own) {
    for (const name of options.keys()) {
      const option = FILE_OPTIONS[section]?.[name];
      const value = readValue(ini, section, name);
      if (option !== undefined && value !== undefined) checkValue(section, name, option, value);
    }
  }
}

/** The options that the section itself has in `own`, as they read in `ini`. */
function listEntries(own: Ini, ini: Ini, section: string): (readonly [string, IniValue])[] {
  return Array.from(own.get(section)?.options ?? []).flatMap(([name, { inherited }]) => {
    const value = inherited ? undefined : readValue(ini, section, name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

function checkNames(own: Ini): { unknown: Failure[]; idle: string[] } {
  const unknown: Failure[] = [];
  const idle: string[] = [];
  for (const [section, written] of own) {
    const known = FILE_OPTIONS[section];
    if (known === undefined) {
      const sections = Object.keys(FILE_OPTIONS).join(', ');
      unknown.push(
        new Failure('warning', showPlace(written), `[${section}]: unknown section; known are ${sections}`),
      );
      continue;
    }
    if (GROUP_SECTIONS.includes(section)) continue;
    for (const [name, option] of written.options) {
      const place = showPlace(option);
      if (option.inherited) continue;
      if (known[name] === undefined) {
        unknown.push(new Failure('warning', place, `[${section}] ${name}: unknown option`));
      } else if (known[name].kind === 'daemon') {
        idle.push(`${place}: [${section}] ${name}: only a daemon needs this, it does nothing here`);
      }
    }
  }
  return { unknown, idle };
}

function checkValue(section: string, name: string, option: FileOption, value: IniValue): void {
  const accepted = findFault(option, value.value);
  if (accepted !== undefined) {
    throw failAt(value, `[${section}] ${name}: expected ${accepted}, got ${JSON.stringify(value.value)}`);
  }
}

/** What the option accepts, where the text is not that. */
function findFault(
  { kind, choices = [], min = 0, max, whole }: FileOption,
  text: string,
): string | undefined {
  if (kind === 'choice') return choices.includes(text) ? undefined : choices.join(' or ');
  if (kind === 'flag') return parseBoolean(text) === undefined ? 'true or false' : undefined;
  if (kind !== 'number' || isNumberWithin(text, { min, max, whole })) return undefined;
  return `a ${whole ? 'whole ' : ''}number, ${min} ${max === undefined ? 'or more' : `to ${max}`}`;
}

/** The defaults as an INI file: what `--print-defaults` prints. */
export function renderDefaults(): string {
  const sections = Array.from(listDefaults(), ([section, options]) => {
    const lines = Array.from(options, ([name, raw]) => `${name} = ${raw}\n`);
    return `[${section}]\n${lines.join('')}`;
  });
  return sections.join('\n');
}

/** The raw texts of the defaults. Sections that switch something on by being there are left out unless they are `present`. */
function listDefaults(present: (section: string) => boolean = () => false) {
  const sections = new Map<string, ReadonlyMap<string, string>>();
  for (const [section, options] of Object.entries(FILE_OPTIONS)) {
    if (OPTIONAL_SECTIONS.includes(section) && !present(section)) continue;
    const texts = Object.entries(options).map(([name, { default: preset }]) => [name, preset] as const);
    sections.set(section, new Map(texts.filter((text): text is [string, string] => text[1] !== undefined)));
  }
  return sections;
}

/** Prints what is in force. A backend and the spool stand there only where they `count`: to have their section is to use them. */
function render(ini: Ini, counts: (section: string) => boolean): string {
  const sections = [...ini.keys()].filter(
    section => !SWITCHING_SECTIONS.includes(section) || counts(section),
  );
  const values = sections.map((section): [string, Map<string, string>] => [
    section,
    new Map(listEntries(ini, ini, section).map(([name, { value }]) => [name, value])),
  ]);
  return writeIni(new Map(values));
}
