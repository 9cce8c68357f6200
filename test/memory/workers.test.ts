import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recallWorkers, rememberWorkers } from '../../src/memory/workers.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('what a run leaves the next one finds, as a file of its own', async () => {
  const spool = await tempDir();
  expect(recallWorkers(spool)).toEqual([]);
  const workers = [
    { app: 'é', source: 'http://localhost/metrics', id: 'worker_1_5', number: 3 },
    { app: undefined, source: '/run/hook-stats', id: '7-0123abcd', number: 0 },
  ];
  rememberWorkers(spool, workers);
  expect(recallWorkers(spool)).toEqual(workers);
  expect(statSync(join(spool, 'workers.json')).mode & 0o777).toBe(0o600);
});

test('more than fit are not kept', async () => {
  const spool = await tempDir();
  const workers = Array.from({ length: 100 }, (_, number) => ({
    app: 'a',
    source: 's',
    id: `${number} ${'x'.repeat(50_000)}`,
    number,
  }));
  expect(() => rememberWorkers(spool, workers)).toThrow('they take more than 4194304 bytes, the limit');
  expect(recallWorkers(spool)).toEqual([]);
});

test.each([
  ['{', 'it is not JSON'],
  ['null', 'it is not "hap-monitor workers 1"'],
  ['{"format":"hap-monitor workers 1"}', 'it holds no list where one should be'],
  ['{"format":"hap-monitor workers 1","workers":[7]}', 'it holds no worker where one should be'],
  [
    '{"format":"hap-monitor workers 1","workers":[["a","s","i",-1]]}',
    'it holds no worker where one should be',
  ],
  [
    '{"format":"hap-monitor workers 1","workers":[["a","s","i","0"]]}',
    'it holds no worker where one should be',
  ],
])('%s is refused: %s', async (text, message) => {
  const spool = await tempDir();
  writeFileSync(join(spool, 'workers.json'), text);
  expect(() => recallWorkers(spool)).toThrow(message);
});
