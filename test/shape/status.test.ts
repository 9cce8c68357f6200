import { expect, it, test } from 'vitest';
import { keepWorst, stateOf, unknownTeller } from '../../src/shape/status.ts';

// Every text that HAProxy's source has for `status`, 1.3.14 to 3.5.
it.each([
  ['UP', 'UP'],
  ['UP 1/3', 'UP'],
  ['UP 1/3 ', 'UP'],
  ['UP 1/3 (agent)', 'UP'],
  ['DOWN 1/2 (agent)', 'DOWN'],
  ['UP (4/5)', 'UP'],
  ['UP (UNPUB)', 'UP'],
  ['UP (UNPUB) (4/5)', 'UP'],
  ['no check', 'UP'],
  ['OPEN', 'UP'],
  ['FULL', 'UP'],
  ['WAITING', 'UP'],
  ['DOWN', 'DOWN'],
  ['DOWN 1/2', 'DOWN'],
  ['DOWN (agent)', 'DOWN'],
  ['DOWN (UNPUB)', 'DOWN'],
  ['DOWN (0/5)', 'DOWN'],
  ['STOP', 'DOWN'],
  ['MAINT', 'MAINT'],
  ['MAINT(via)', 'MAINT'],
  ['MAINT(resolution)', 'MAINT'],
  ['MAINT (via be/s1)', 'MAINT'],
  ['MAINT (via b (1/2)/s)', 'MAINT'],
  ['MAINT (resolution)', 'MAINT'],
  ['PAUSED', 'MAINT'],
  ['DRAIN', 'DRAIN'],
  ['DRAIN 2/3', 'DRAIN'],
  ['DRAIN (agent)', 'DRAIN'],
  ['NOLB', 'NOLB'],
  ['NOLB 2/3', 'NOLB'],
  ['', undefined],
  ['toString', undefined],
  ['no', undefined],
  ['UPPER', undefined],
  ['SLEEPING', undefined],
])('the status %j is the state %s', (status, state) => {
  expect(stateOf(status)).toBe(state);
});

test('of several rows the worst state is kept, at the first of them', () => {
  const states = ['UP', 'DRAIN', 'NOLB', undefined, 'MAINT', 'DOWN', 'UP'] as const;
  expect(keepWorst(states, [0, 0, 0, 1, 2, 2, 3])).toEqual([
    'NOLB',
    undefined,
    undefined,
    undefined,
    'DOWN',
    undefined,
    'UP',
  ]);
});

test('a status that is not known is told once, and cut where it is long', () => {
  const told: string[] = [];
  const tell = unknownTeller(text => told.push(text));
  for (const status of ['SLEEPING', 'SLEEPING', 'x'.repeat(500)]) tell(status);
  expect(told).toEqual(
    ['SLEEPING', 'x'.repeat(60)].map(
      status => `the status "${status}" is not known, rows that have it have no state`,
    ),
  );
});
