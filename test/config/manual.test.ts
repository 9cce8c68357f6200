import { expect, test } from 'vitest';
import { readCommand } from '../../src/config/command.ts';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { describeOption, MANUALS } from '../../src/config/manual.ts';
import { COMMANDS } from '../../src/config/options/option.ts';
import { Failure } from '../../src/errors.ts';
import { exitCode } from '../../src/report.ts';

test('a help text ends with the default, of the flag or else of its first key', () => {
  const help = 'so many';
  expect(describeOption({ kind: 'seconds', default: 50, help })).toBe('so many [50]');
  expect(describeOption({ kind: 'number', keys: { 'a.x': 0, 'b.x': 2 }, help })).toBe('so many [0]');
  expect(describeOption({ kind: 'words', keys: { 'a.x': ['b', 'c'] }, help })).toBe('so many [b,c]');
  expect(describeOption({ kind: 'number', default: 1, keys: { 'a.x': 2 }, help })).toBe('so many [1]');
});

test('no default is shown of a text or a switch in a file, where the help says its own, and where there is none', () => {
  const keys = { 'a.x': 'y' };
  expect(describeOption({ kind: 'text', keys, help: 'a' })).toBe('a');
  expect(describeOption({ kind: 'flag', keys: { 'a.x': false }, help: 'b' })).toBe('b');
  expect(describeOption({ kind: 'choice', keys, help: 'c [z for G]' })).toBe('c [z for G]');
  expect(describeOption({ kind: 'number', keys: { 'a.x': undefined }, help: 'd' })).toBe('d');
  expect(describeOption({ kind: 'list', help: 'e' })).toBe('e');
});

test.each(COMMANDS)(
  'the examples of %s are command lines of it, and its synopsis begins with it',
  async command => {
    const { examples, synopsis } = MANUALS[command];
    expect(synopsis).toMatch(new RegExp(`^(${command}|\\[${command}\\]) `));
    expect(examples.length).toBeGreaterThan(0);
    for (const { args } of examples) {
      const { command: read, rest } = await readCommand(args.replaceAll("'", '').split(' '));
      expect(read).toBe(command);
      await parseCommandLine(read, rest); // throws for what is no option of it
    }
  },
);

test('the exit codes of a run are those of its report', () => {
  const meaning = (...codes: readonly Failure['code'][]) =>
    MANUALS.run.codes[exitCode({ failures: codes.map(code => new Failure(code, 'here', 'this')) })];
  expect([meaning(), meaning('warning')]).toEqual(Array(2).fill('all was read and delivered'));
  expect(meaning('read')).toBe('not all was read');
  expect(meaning('usage')).toBe('usage error');
  expect(meaning('kept', 'read')).toBe('not delivered, in the spool');
  expect(meaning('deliver', 'kept')).toBe('datapoints are lost');
  expect(Object.keys(MANUALS.run.codes)).toHaveLength(5);
});
