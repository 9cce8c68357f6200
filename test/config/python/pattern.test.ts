import { expect, test } from 'vitest';
import { readPythonPattern } from '../../../src/config/python/pattern.ts';

const NAMES = [
  'fe',
  'FE_web',
  'xfe',
  'web01',
  'web1234',
  'api-v1',
  'Api',
  'a.b',
  'ams-ams',
  'ams-fra',
  'aaab',
  ']',
  'a{x',
];

// Each pattern with the names in which Python 3.11 finds it.
test.each([
  ['^fe', 'fe'],
  ['\\Afe', 'fe'],
  ['^\\U00000041p', 'Api'],
  ['fe\\Z', 'fe xfe'],
  ['\\A(?:fe|xfe)\\Z', 'fe xfe'],
  ['(?P<x>fe)', 'fe xfe'],
  ['^(?P<dc>ams|fra)-(?P=dc)$', 'ams-ams'],
  ['^(ams|fra)-\\1$', 'ams-ams'],
  ['(?i)^API', 'api-v1 Api'],
  ['(?i:FE)_', 'FE_web'],
  ['(?i)(?-i:fe)_', ''],
  ['(?i)^[x-z]fe|^[V-b]p', 'xfe api-v1 Api'],
  ['(?x) ^ fe   # the front', 'fe'],
  ['(?x)a[.]b', 'a.b'],
  ['(?s)a.b', 'a.b aaab'],
  ['a(?#any comment)pi', 'api-v1'],
  ['^web\\d{2}$', 'web01'],
  ['^web[0-9]{,3}$', 'web01'],
  ['a{x', 'a{x'],
  ['[]x]', 'xfe ] a{x'],
  ['[^]\\w.-]', 'a{x'],
  ['[\\w.-]+$', 'fe FE_web xfe web01 web1234 api-v1 Api a.b ams-ams ams-fra aaab a{x'],
  ['a*+ab', ''],
  ['(?>a+)b', 'aaab'],
  ['^a++b', 'aaab'],
  ['(?<=x)fe', 'xfe'],
  ['(?<!x)fe', 'fe'],
  ['\\x66e|\\u0066e|\\146e', 'fe xfe'],
  ['(?m)^fe$', 'fe'],
])('%s is found in "%s"', (source, names) => {
  const pattern = readPythonPattern(source);
  expect(NAMES.filter(name => pattern.test(name)).join(' ')).toBe(names);
});

test.each([
  ['(', '"(" is not closed'],
  ['a)', '")" closes no group'],
  ['[a', '"[" is not closed'],
  ['*a', 'nothing to repeat before "*"'],
  ['\\q', '"\\q" is unknown'],
  ['a(?i)b', '"(?i)b" is unknown; flags for the whole pattern stand at its start'],
  ['(a)(?(1)b|c)', '"(?(...)" asks whether a group matched, which cannot be translated'],
  ['(a)\\1(?>b)', '"(?>...)" and "*+" do not go with "\\1"; name the group'],
  ['(?i)(a)\\1', '"\\1" cannot be asked for without regard to case'],
  ['(?L)a', 'the flag L is for bytes'],
])('%s is refused: %s', (source, why) => {
  expect(() => readPythonPattern(source)).toThrow(why);
});
