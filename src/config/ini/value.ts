import { hideSecrets } from '../../plain-text.ts';
import { failAt, type Ini, type IniOption, type Location } from './parse.ts';

/** An option's value and its place. */
export interface IniValue extends Location {
  readonly value: string;
}

// Python's configparser.MAX_INTERPOLATION_DEPTH.
const DEPTH = 10;

/** Characters that all that is read for one value may have: references to references can multiply without end. */
const LONGEST = 1 << 22;

/** Characters that are searched for secrets, which takes the square of the length. */
const SEARCHED = 1000;

const ACCEPTED = `expected \${option}, \${section:option}, or $$ for a dollar sign`;

/**
 * Returns an option, written or inherited, with `${option}`, `${section:option}` and `$$` replaced; undefined if there is
 * none. Throws a Failure for a broken reference, as Python does only when the option is read: an option of [DEFAULT] may
 * refer to one that only some sections have.
 */
export function readValue(ini: Ini, section: string, name: string): IniValue | undefined {
  const option = ini.get(section)?.options.get(name);
  if (option === undefined) return undefined;
  const value = resolve(ini, section, name, option, 1, { left: LONGEST });
  return { value, file: option.file, line: option.line };
}

/** Returns the raw text that `readValue` turns into the value: each `$` doubled. */
export function escapeValue(value: string): string {
  return value.replaceAll('$', '$$$$');
}

function resolve(
  ini: Ini,
  section: string,
  name: string,
  option: IniOption,
  depth: number,
  budget: { left: number },
): string {
  const { raw, inherited } = option;
  budget.left -= raw.length + 1;
  if (!raw.includes('$')) return raw;
  const label = `[${section}] ${name}${inherited ? ' (from [DEFAULT])' : ''}`;
  if (depth > DEPTH) {
    throw failAt(
      option,
      `${label}: references lead on for more than ${DEPTH} steps, most likely in a circle`,
    );
  }
  if (budget.left < 0)
    throw failAt(option, `${label}: its references make it longer than ${LONGEST} characters`);
  const reference = /\$(?:\$|\{(?:([^:}]+):)?([^:}]+)\})?/g;
  const expand = ([match, other, key]: RegExpExecArray, at: number): string => {
    if (match === '$$') return '$';
    if (key === undefined) {
      throw failAt(option, `${label}: "$" (character ${at + 1}) refers to nothing; ${ACCEPTED}`);
    }
    const target = ini.get(other ?? section)?.options.get(key.toLowerCase());
    if (target === undefined) {
      // A password in a URL may have a "${" of its own.
      const isPublic = raw.length <= SEARCHED && hideSecrets(raw) === raw;
      const shown = isPublic ? JSON.stringify(match) : `"\${...}" (character ${at + 1})`;
      throw failAt(option, `${label}: ${shown} leads to no option; ${ACCEPTED}`);
    }
    return resolve(ini, other ?? section, key.toLowerCase(), target, depth + 1, budget);
  };
  // One after another, so that the first broken one ends it: to find each of a million takes the square of the length.
  let value = '';
  let end = 0;
  for (const found of raw.matchAll(reference)) {
    value += raw.slice(end, found.index) + expand(found, found.index);
    end = found.index + found[0].length;
  }
  return value + raw.slice(end);
}
