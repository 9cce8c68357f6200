// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of INI.
import { expect, test } from 'vitest';
import { readIni } from '../../../src/config/ini/parse.ts';
import { escapeValue, readValue } from '../../../src/config/ini/value.ts';

function read(text: string, section = 'a', name = 'x') {
  return readValue(readIni([{ name: 'f.conf', text }]), section, name);
}

test('references lead to other options, also of other sections, and $$ is a dollar sign', () => {
  expect(read('[a]\nx = ${y}/${b:z} $$1\ny = 1\n[b]\nz = 2\n')).toEqual({
    value: '1/2 $1',
    file: 'f.conf',
    line: 2,
  });
  expect(read('[a]\ny = 1\n')).toBeUndefined();
});

test.each([
  ['[a]\nx = ${y}\n', '"${y}" leads to no option'],
  ['[a]\nx = a$b\n', '"$" (character 2) refers to nothing'],
  ['[a]\nx = http://me:s${cret@host/\n', '"$" (character 12) refers to nothing'],
  ['[a]\nx = http://me:s${cret}@host/\n', '"${...}" (character 12) leads to no option'],
])('%j is refused', (text, what) => {
  expect(() => read(text)).toThrow(
    `f.conf:2: [a] x: ${what}; expected \${option}, \${section:option}, or $$ for a dollar sign`,
  );
});

test('a circle is told, and a broken reference of [DEFAULT] only where it is read', () => {
  expect(() => read('[a]\nx = ${y}\ny = ${x}\n')).toThrow(
    /: references lead on for more than 10 steps, most likely in a circle$/,
  );
  const text = '[DEFAULT]\nx = ${here}\n[a]\nhere = 1\n[b]\n';
  expect(read(text)?.value).toBe('1');
  expect(() => read(text, 'b')).toThrow('f.conf:2: [b] x (from [DEFAULT]): "${here}" leads to no option');
});

test('an escaped value reads as itself', () => {
  expect(read(`[a]\nx = ${escapeValue('$a ${b} $$')}\n`)?.value).toBe('$a ${b} $$');
});
