import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { makeVoice } from '../../src/commands/voice.ts';
import type { Plan } from '../../src/plan.ts';
import { collect } from '../helpers/collect.ts';

function setUp(verbosity: number, isTTY?: boolean) {
  const [stdout, stderr] = [collect(), Object.assign(collect(), isTTY === undefined ? {} : { isTTY })];
  const voice = makeVoice({ verbosity } as Plan, { stdin: Readable.from([]), stdout, stderr });
  return { voice, stdout, stderr };
}

test.each([
  [0, undefined, ''],
  [0, false, ''],
  [0, true, 'a wait\n'],
  [1, undefined, 'a step\na wait\n'],
  [2, false, 'a step\na line\na wait\n'],
])('with verbosity %i, and stderr a terminal: %s, it says %j', (verbosity, isTTY, said) => {
  const { voice, stdout, stderr } = setUp(verbosity, isTTY);
  voice.tell?.('a step');
  voice.trace?.('a line');
  voice.tellWait('a wait');
  expect([stderr.text(), stdout.text()]).toEqual([said, '']);
});

test('a function that would say nothing is absent, so that nobody makes texts for it', () => {
  expect(Object.keys(setUp(0).voice)).toEqual(['tellWait']);
  expect(Object.keys(setUp(1).voice).sort()).toEqual(['tell', 'tellWait']);
  expect(Object.keys(setUp(2).voice).sort()).toEqual(['tell', 'tellWait', 'trace']);
});

test('a step is one line, whatever an HAProxy says of itself in it', () => {
  const { voice, stderr } = setUp(1);
  voice.tell?.('node a\nb\u001b[31m');
  expect(stderr.text()).toBe('node a b [31m\n');
});
