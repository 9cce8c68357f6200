import { expect, test } from 'vitest';
import { CHECK } from '../../src/config/options/check.ts';
import { COMMAND } from '../../src/config/options/command.ts';
import { IDLE } from '../../src/config/options/idle.ts';
import { COMMANDS, GROUPS } from '../../src/config/options/option.ts';
import { READ } from '../../src/config/options/read.ts';
import { SEND } from '../../src/config/options/send.ts';
import { SHAPE } from '../../src/config/options/shape.ts';
import { SHOW } from '../../src/config/options/show.ts';
import { GROUP_SECTIONS, KEYS, type Key, listFlags, ROWS, SECTIONS } from '../../src/config/options.ts';
import { formatValue, parseValue } from '../../src/config/value.ts';

const rows = Object.entries(ROWS);
const flags = rows.filter(([, { commands }]) => commands !== undefined);

test('no row hides another, and no key, letter or long form belongs to two rows', () => {
  const parts = [READ, SHAPE, SEND, CHECK, SHOW, COMMAND, IDLE];
  expect(Object.keys(ROWS)).toEqual(parts.flatMap(part => Object.keys(part)));
  const keys = rows.flatMap(([, option]) => Object.keys(option.keys ?? {}));
  expect(keys).toEqual([...KEYS.keys()]);
  const names = rows.flatMap(([name, { short, also }]) =>
    [name, short, also].filter(word => word !== undefined),
  );
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});

test('every row has a help text without a full stop, and is a flag under a heading or has keys, or both', () => {
  for (const [name, { help, commands, keys, group, kind }] of rows) {
    expect([name, help]).toEqual([name, expect.stringMatching(/^\S.*[^\s.]$/)]);
    expect([name, commands !== undefined || keys !== undefined]).toEqual([name, true]);
    expect([name, group !== undefined]).toEqual([name, commands !== undefined]);
    if (kind === 'idle') expect([name, commands]).toEqual([name, undefined]);
  }
});

test('choices belong to the kind choice, and do not differ by case alone', () => {
  for (const [name, { kind, choices }] of rows) {
    expect([name, choices !== undefined]).toEqual([name, kind === 'choice']);
    const lower = choices?.map(choice => choice.toLowerCase());
    expect([name, new Set(lower).size]).toEqual([name, choices?.length ?? 0]);
  }
});

test('every default is a value that its row accepts', () => {
  for (const [key, { option, default: preset }] of KEYS)
    if (preset !== undefined) expect(parseValue(key, option, formatValue(option, preset))).toEqual(preset);
  for (const [name, option] of rows)
    if (option.default !== undefined)
      expect(parseValue(name, option, formatValue(option, option.default))).toEqual(option.default);
});

test('every section that keys stand in is known, and no other but those of groups', () => {
  const used = new Set(Array.from(KEYS.keys(), key => key.replace(/\..*/, '')));
  expect(new Set(Object.keys(SECTIONS))).toEqual(new Set([...used, ...GROUP_SECTIONS]));
});

test('a default that refers to an option leads to one that has a default', () => {
  const references = Array.from(KEYS.values()).flatMap(({ default: preset }) =>
    Array.from(
      String(preset).matchAll(/\$\{([^}:]*):([^}]*)\}/g),
      ([, section, name]) => `${section}.${name}`,
    ),
  );
  expect(new Set(references)).toEqual(new Set(['paths.base-dir']));
  for (const key of references) expect(KEYS.get(key as Key)?.default).toBeTypeOf('string');
});

test.each(COMMANDS)('the headings of %s together list each of its flags once', command => {
  const listed = GROUPS.flatMap(group => listFlags(command, group));
  const own = flags.filter(([, { commands }]) => commands?.includes(command));
  expect(listed.map(([name]) => name).sort()).toEqual(own.map(([name]) => name).sort());
  expect(listFlags(command, 'Help').at(-1)).toEqual(['help', ROWS.help]);
  expect(listFlags(command, 'Thresholds').length > 0).toBe(command === 'check');
});
