import { expect, test } from 'vitest';
import { judge, judgeLow } from '../../src/check/finding.ts';

const LIMITS = { warning: 80, critical: 95 };
const LOW = { warning: 50, critical: 20 };

test.each([
  [79.9, []],
  [80, [1]],
  [94, [1]],
  [95, [2]],
])('%d of at most 80 and 95 is %j', (value, codes) => {
  expect(judge(value, LIMITS, 'busy').map(({ code }) => code)).toEqual(codes);
});

test.each([
  [50, []],
  [49.9, [1]],
  [20, [1]],
  [19.9, [2]],
])('%d of at least 50 and 20 is %j', (value, codes) => {
  expect(judgeLow(value, LOW, 'few').map(({ code }) => code)).toEqual(codes);
});

test('a number without limits is not judged', () => {
  expect([judge(1e9, {}, 'x'), judgeLow(-1e9, {}, 'x')]).toEqual([[], []]);
  expect(judge(5, { critical: 5 }, 'x')).toEqual([{ code: 2, what: 'x' }]);
});
