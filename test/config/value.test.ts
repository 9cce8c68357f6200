import { describe, expect, it } from 'vitest';
import { formatValue, parseBoolean, parseValue, refuseControls } from '../../src/config/value.ts';

describe('parseBoolean', () => {
  it.each([
    [true, ['1', 'yes', 'true', 'on', 'YES', 'True', 'oN']],
    [false, ['0', 'no', 'false', 'off', 'NO', 'False', 'oFF']],
    [undefined, ['', '2', 'y', 't', ' yes', 'yes\n', 'none', 'onoff']],
  ])('gives %s for %j', (expected, words) => {
    expect(words.map(parseBoolean)).toEqual(words.map(() => expected));
  });
});
describe('a value', () => {
  it('is read alike from a flag and from a file', () => {
    const retries = { kind: 'number', min: -1, whole: true, help: '' } as const;
    expect(parseValue('--retries', retries, '3')).toBe(3);
    expect(parseValue('--retries', retries, '-1')).toBe(-1);
    expect(() => parseValue('f:1: [graphite] retries', retries, '-2')).toThrow(
      'f:1: [graphite] retries: expected a whole number, -1 or more, got "-2"',
    );
  });

  it('of a list is split at commas, of words at blanks as well', () => {
    expect(parseValue('', { kind: 'list', help: '' }, '/a b, tcp://h:1 ,')).toEqual(['/a b', 'tcp://h:1']);
    expect(parseValue('', { kind: 'words', help: '' }, 'scur  qcur,hrsp_*\nrate')).toEqual([
      'scur',
      'qcur',
      'hrsp_*',
      'rate',
    ]);
    expect(() => parseValue('--metrics', { kind: 'words', help: '' }, ' , ')).toThrow(
      '--metrics: expected at least one value, got " , "',
    );
  });

  it('is written as a file has it', () => {
    expect(formatValue({ kind: 'list', help: '' }, ['/a b', 'tcp://h:1'])).toBe('/a b, tcp://h:1');
    expect(formatValue({ kind: 'words', help: '' }, ['scur', 'qcur'])).toBe('scur qcur');
    expect(formatValue({ kind: 'flag', help: '' }, false)).toBe('false');
  });

  it('of a choice may be written in either case', () => {
    expect(parseValue('', { kind: 'choice', choices: ['tcp', 'udp'], help: '' }, 'UDP')).toBe('udp');
  });
});

it('refuses the control characters of Unicode and nothing else', () => {
  const refused = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
    character => {
      try {
        refuseControls('x', [`a${character}b`]);
        return false;
      } catch {
        return true;
      }
    },
  );
  expect(refused.every(character => /\p{Cc}/u.test(character))).toBe(true);
  expect(refused).toHaveLength(65);
});
