import { expect, test } from 'vitest';
import { Failure } from '../src/errors.ts';
import { exitCode, oneLine, renderFailures } from '../src/report.ts';

const fail = (code: Failure['code'], what = 'w') => new Failure(code, 'tcp://g:2003', what);

test.each([
  ['warning', 0],
  ['read', 1],
  ['spool', 1],
  ['usage', 2],
  ['kept', 3],
  ['deliver', 4],
] as const)('a failure %s alone is exit code %i', (code, exit) => {
  expect(exitCode({ failures: [fail(code)] })).toBe(exit);
});

test('without a failure the exit code is 0, with several the highest, wherever it stands', () => {
  expect(exitCode({ failures: [] })).toBe(0);
  expect(exitCode({ failures: [fail('read'), fail('deliver'), fail('warning')] })).toBe(4);
});

test('a muted failure counts for the exit code and is not printed', () => {
  const report = { failures: [fail('read')], muted: [fail('kept')] };
  expect(exitCode(report)).toBe(3);
  expect(renderFailures(report)).toBe('hap-monitor: tcp://g:2003: w\n');
});

test('each failure is a line of its own, in the order in which they happened, whatever its text holds', () => {
  const failures = [fail('deliver', 'a\nb\u001b[31m'), fail('read', 'c\u202ed')];
  expect(renderFailures({ failures })).toBe(
    'hap-monitor: tcp://g:2003: a b [31m\nhap-monitor: tcp://g:2003: c\\u202Ed\n',
  );
  expect(renderFailures({ failures: [] })).toBe('');
});

test('a line shows no password and has 1,000 characters at most', () => {
  expect(oneLine('http://user:secret@host/: refused')).toBe('http://...@host/: refused\n');
  expect(oneLine('x'.repeat(1001))).toBe(`${'x'.repeat(999)}…\n`);
});
