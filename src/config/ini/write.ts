import { Failure } from '../../errors.ts';
import { strip } from './parse.ts';
import { escapeValue } from './value.ts';

/**
 * Renders sections as an INI file that `readIni` and Python parse back to the same values, `$` included. Throws a Failure for
 * names that no INI can hold.
 */
export function writeIni(sections: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  return Array.from(sections, ([section, options]) => {
    if (!/^[^\]\r\n]+$/.test(section)) throw unwritable('section name', 'one line without "]"', section);
    const lines = Array.from(options, ([name, value]) => writeOption(section, name, value));
    return `[${section}]\n${lines.join('')}`;
  }).join('\n');
}

function writeOption(section: string, name: string, value: string): string {
  if (!/^[^#;[=:\r\n][^=:\r\n]*$/.test(name) || strip(name).toLowerCase() !== name) {
    const accepted = 'lower case without "=" and ":", not starting with "#", ";" or "["';
    throw unwritable(`option name in [${section}]`, accepted, name);
  }
  const lines = value.split('\n');
  const hasComment = lines.slice(1).some(line => /^[#;]/.test(line));
  if (hasComment || /\n$|\r/.test(value) || lines.some(line => strip(line) !== line)) {
    const accepted =
      'lines without white space around them, of which only the first may start with "#" or ";"';
    throw unwritable(`value of [${section}] ${name}`, accepted, value);
  }
  return `${name} = ${escapeValue(value).replaceAll('\n', '\n  ')}\n`;
}

function unwritable(what: string, accepted: string, got: string): Failure {
  return new Failure(
    'usage',
    'INI',
    `cannot write the ${what}: expected ${accepted}, got ${JSON.stringify(got)}`,
  );
}
