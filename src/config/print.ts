import type { Config } from './config.ts';
import { writeIni } from './ini/write.ts';
import type { Value } from './options/option.ts';
import { GROUP_SECTIONS, type GroupSection, KEYS, type Key, SECTIONS, type Section } from './options.ts';
import { chooseLayout } from './plan.ts';
import { expected, formatValue } from './value.ts';

/** Renders the defaults as an INI file, for `--print-defaults`. */
export function renderDefaults(): string {
  const sections = listSections(section => SECTIONS[section] !== 'extra').map(section => {
    const lines = listKeys(section).flatMap(([name, key]) => {
      const { option, default: preset } = KEYS.get(key) ?? {};
      return option === undefined || preset === undefined
        ? []
        : [`${name} = ${formatValue(option, preset)}\n`];
    });
    return `[${section}]\n${lines.join('')}`;
  });
  return sections.join('\n');
}

/**
 * Renders the values in force as an INI file that parses back to the same values, for `--print-config`. Only sections in
 * force are written.
 */
export function renderConfig(config: Config): string {
  const sections = listSections(section => config.uses(section)).map(section => {
    const values = isGroup(section) ? listGroups(config, section) : listValues(config, section);
    return [section, new Map(values)] as const;
  });
  return writeIni(new Map(sections));
}

function listSections(counts: (section: Section) => boolean): Section[] {
  return (Object.keys(SECTIONS) as Section[]).filter(counts);
}

function isGroup(section: Section): section is GroupSection {
  return GROUP_SECTIONS.includes(section as GroupSection);
}

function listGroups(config: Config, section: GroupSection): [string, string][] {
  return config.entries(section).map(([name, { value }]) => [name, value]);
}

function listValues(config: Config, section: Section): [string, string][] {
  return listKeys(section).flatMap(([name, key]): [string, string][] => {
    const value = key === 'process.layout' ? chooseLayout(config) : config.get(key);
    const option = KEYS.get(key)?.option;
    if (value === undefined || option === undefined) return [];
    expectNoComma(value, config.where(key));
    const text = formatValue(option, value);
    return [[name, config.isGiven(key) ? text : text.replace(BASE_DIR, () => config.get('paths.base-dir'))]];
  });
}

/** A config file's list is split at commas; a flag that is repeated is not. */
function expectNoComma(value: Value, where: string): void {
  const item = typeof value === 'object' ? value.find(item => item.includes(',')) : undefined;
  if (item !== undefined) throw expected(where, 'values without commas, which separate them in a file', item);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the config file's own way to refer to an option.
const BASE_DIR = '${paths:base-dir}';

function listKeys(section: Section): [name: string, key: Key][] {
  return Array.from(KEYS.keys())
    .filter(key => key.startsWith(`${section}.`))
    .map(key => [key.slice(section.length + 1), key]);
}
