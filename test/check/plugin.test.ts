import { expect, test } from 'vitest';
import { conclude, unknown } from '../../src/check/plugin.ts';
import { Failure } from '../../src/errors.ts';

test('the line names all that is good, with performance data behind a bar', () => {
  const aspects = [
    { findings: [], good: '2 of 2 endpoints read', data: ['endpoints_failed=0'] },
    { findings: [], good: '0 datapoints wait', data: [] },
  ];
  expect(conclude(aspects)).toEqual({
    code: 0,
    line: 'HAP-MONITOR OK - 2 of 2 endpoints read, 0 datapoints wait | endpoints_failed=0\n',
  });
});

test('the worst finding comes first and gives the code; good news is left out', () => {
  const findings = [
    { code: 1, what: 'odd' },
    { code: 2, what: 'bad' },
  ] as const;
  expect(conclude([{ findings, good: 'fine', data: [] }])).toEqual({
    code: 2,
    line: 'HAP-MONITOR CRITICAL - bad; odd\n',
  });
});

test('a bar or a line break in a finding begins neither performance data nor a line', () => {
  const findings = [{ code: 1, what: 'a|b\nc' }] as const;
  expect(conclude([{ findings, data: [] }]).line).toBe('HAP-MONITOR WARNING - a b c\n');
});

test('a check that is not possible is unknown and says why', () => {
  expect(unknown(new Failure('usage', '--warning-age', 'expected a number'))).toEqual({
    code: 3,
    line: 'HAP-MONITOR UNKNOWN - --warning-age: expected a number\n',
  });
  expect(unknown(new TypeError('oops')).line).toBe('HAP-MONITOR UNKNOWN - internal error: TypeError: oops\n');
});
