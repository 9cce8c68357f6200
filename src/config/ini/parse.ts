import { Failure } from '../../errors.ts';

/** One file to read, with its name for messages. */
export interface IniFile {
  readonly name: string;
  readonly text: string;
}

/** A file and a line, from 1; line 0 is in no file. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

/** An option as written; `readValue` in value.ts resolves its references. */
export interface IniOption extends Location {
  readonly raw: string;
  /** The option is written in [DEFAULT], not in the section itself. */
  readonly inherited: boolean;
}

/**
 * A section, the place where it begins first, and its options by lower-case name, those of [DEFAULT] first, as in Python's
 * items().
 */
export interface IniSection extends Location {
  readonly name: string;
  readonly options: ReadonlyMap<string, IniOption>;
}

/** Sections by name in file order, with [DEFAULT] if a file has it. */
export type Ini = ReadonlyMap<string, IniSection>;

const DEFAULT = 'DEFAULT';

// White space in Python: JavaScript's and five control characters, without the byte order mark.
const SPACE = '[[\\s\\x1c-\\x1f\\x85]--\\ufeff]';
const EDGES = new RegExp(`^${SPACE}+|(?<!${SPACE})${SPACE}+$`, 'gv');

/**
 * Parses files one on top of the other, option by option, as Python's ConfigParser with ExtendedInterpolation does. One
 * difference: skips a byte order mark at the start of a file, for which Python needs the encoding `utf-8-sig`. Throws a
 * Failure that names file and line.
 */
export function readIni(files: readonly IniFile[]): Ini {
  return stackSections(files.flatMap(parseIni));
}

/** Merges sections option by option; later ones override earlier ones, and every section overrides [DEFAULT]. */
export function stackSections(layers: readonly IniSection[]): Ini {
  const sections = new Map<string, IniSection>();
  for (const section of layers) {
    const below = sections.get(section.name) ?? section;
    sections.set(section.name, { ...below, options: new Map([...below.options, ...section.options]) });
  }
  const inherited = Array.from(
    sections.get(DEFAULT)?.options ?? [],
    ([name, option]) => [name, { ...option, inherited: true }] as const,
  );
  for (const [name, section] of sections) {
    sections.set(name, { ...section, options: new Map([...inherited, ...section.options]) });
  }
  return sections;
}

/** Builds sections from texts that are in no file; messages name `source` as their place. */
export function makeSections(
  source: string,
  texts: ReadonlyMap<string, ReadonlyMap<string, string>>,
): IniSection[] {
  const location = { file: source, line: 0 };
  return Array.from(texts, ([section, options]) => ({
    ...location,
    name: section,
    options: new Map(Array.from(options, ([name, raw]) => [name, { ...location, raw, inherited: false }])),
  }));
}

/** Far more than there are names of sections. */
const MOST_SECTIONS = 1000;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenSection = IniSection & { readonly options: Map<string, Writable<IniOption>> };

/** Parses one file. Throws a Failure if a section other than [DEFAULT], or an option within a section, is there twice. */
export function parseIni({ name: file, text }: IniFile): IniSection[] {
  const sections = new Map<string, OpenSection>();
  let section: OpenSection | undefined;
  let option: Writable<IniOption> | undefined; // the one that a line indented deeper goes on with
  let indent = 0;
  let empty = 0; // empty lines that belong to the value if it goes on after them
  const rows = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const [index, row] of rows.entries()) {
    const location = { file, line: index + 1 };
    const content = strip(row);
    if (content === '') empty++;
    if (content === '' || /^[#;]/.test(content)) continue;
    const depth = row.indexOf(content);
    const header = /^\[(.+)\]/s.exec(content)?.[1];
    if (option !== undefined && depth > indent) {
      option.raw += '\n'.repeat(empty + 1) + content;
    } else {
      indent = depth;
      if (header !== undefined) section = openSection(sections, header, location);
      option = header === undefined ? addOption(section, content, location) : undefined;
    }
    empty = 0;
  }
  return [...sections.values()];
}

function openSection(sections: Map<string, OpenSection>, name: string, location: Location): OpenSection {
  const before = sections.get(name);
  if (before !== undefined && name !== DEFAULT) throw givenTwice(location, `[${name}]`, before);
  if (sections.size === MOST_SECTIONS)
    throw failAt(location, `there are more than ${MOST_SECTIONS} sections`);
  const section = before ?? { ...location, name, options: new Map() };
  sections.set(name, section);
  return section;
}

function addOption(
  section: OpenSection | undefined,
  content: string,
  location: Location,
): Writable<IniOption> {
  if (section === undefined)
    throw failAt(location, `expected a section, e.g. [${DEFAULT}], before the first option`);
  const end = content.search(/[=:]/);
  if (end < 1) {
    const accepted = '"option = value", "option: value", a [section], or a comment line with # or ;';
    throw failAt(location, `[${section.name}] expected ${accepted} (further lines of a value are indented)`);
  }
  const name = strip(content.slice(0, end)).toLowerCase();
  const before = section.options.get(name);
  if (before !== undefined) throw givenTwice(location, `[${section.name}] ${name}`, before);
  const option = { ...location, raw: strip(content.slice(end + 1)), inherited: false };
  section.options.set(name, option);
  return option;
}

function givenTwice(location: Location, what: string, before: Location): Failure {
  return failAt(location, `${what} stands on line ${before.line} already; expected once in a file`);
}

/** Formats a location for a message: `FILE:LINE`, or just `FILE` if the line is 0. */
export function showLocation({ file, line }: Location): string {
  return line === 0 ? file : `${file}:${line}`;
}

/** Returns a Failure of code `usage` whose message begins with the location. */
export function failAt(location: Location, what: string): Failure {
  return new Failure('usage', showLocation(location), what);
}

/** Removes white space at both ends, as Python's strip. */
export function strip(text: string): string {
  return text.replace(EDGES, '');
}
