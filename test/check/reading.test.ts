import { expect, test } from 'vitest';
import { checkHooks, checkReading } from '../../src/check/reading.ts';
import { Failure } from '../../src/errors.ts';
import { endpoint } from '../helpers/processes.ts';

const refused = new Failure('read', 'unix:/run/a.sock', 'connection refused');
const GOOD = { answered: [1], failures: [], repeated: [], doubtful: [] };
const pair = {
  snapshot: { endpoint: endpoint('/run/b.sock', 'b') },
  of: { endpoint: endpoint('/run/a.sock', 'a') },
};

test('endpoints that all answer are good', () => {
  expect(checkReading(GOOD)).toEqual({
    findings: [],
    good: '1 of 1 endpoints read',
    data: ['endpoints_failed=0;;;0;1'],
  });
});

test('an endpoint that cannot be read is a warning, none that can is critical', () => {
  const what = 'unix:/run/a.sock: connection refused';
  expect(checkReading({ ...GOOD, failures: [refused] })).toEqual({
    findings: [{ code: 1, what }],
    good: '1 of 2 endpoints read',
    data: ['endpoints_failed=1;;;0;2'],
  });
  expect(checkReading({ ...GOOD, answered: [], failures: [refused] }).findings).toEqual([{ code: 2, what }]);
});

test('two endpoints of one process are a warning, and so are two that may be', () => {
  const { findings } = checkReading({ ...GOOD, repeated: [pair], doubtful: [pair] });
  expect(findings).toEqual([
    { code: 1, what: 'unix:/run/b.sock: the same process as unix:/run/a.sock' },
    {
      code: 1,
      what: 'unix:/run/b.sock: may be the same process as unix:/run/a.sock, which cannot be told of a stats page: give one of them',
    },
  ]);
});

test('a hook snapshot that cannot be read is a warning', () => {
  expect(checkHooks([refused], 3)).toEqual({
    findings: [{ code: 1, what: 'unix:/run/a.sock: connection refused' }],
    good: '2 of 3 hook snapshots read',
    data: ['hooks_failed=1;;;0;3'],
  });
});
