import { expect, test } from 'vitest';
import { checkOddities } from '../../src/check/oddities.ts';

test('numbers that a run would not send are a warning, before those that cost none', () => {
  expect(checkOddities({ lost: ['a: lost'], kept: ['b: kept'] })).toEqual({
    findings: [{ code: 1, what: 'a: lost; b: kept' }],
    data: [],
  });
});

test('oddities that cost nothing are said beside the good', () => {
  expect(checkOddities({ lost: [], kept: ['b: kept'] })).toEqual({ findings: [], data: [], good: 'b: kept' });
  expect(checkOddities({ lost: [], kept: [] })).toEqual({ findings: [], data: [] });
});

test('five are shown and the rest is counted', () => {
  const lost = ['1', '2', '3', '4', '5', '6'];
  expect(checkOddities({ lost, kept: [] }).findings[0]?.what).toBe('1; 2; 3; 4; 5; 1 more like this');
  expect(checkOddities({ lost: lost.slice(1), kept: [] }).findings[0]?.what).toBe('2; 3; 4; 5; 6');
});
