import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recallHistograms, rememberHistograms } from '../../src/memory/histograms.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test('what a run leaves the next one finds, as a file of its own', async () => {
  const spool = await tempDir();
  expect(recallHistograms(spool)).toBeUndefined();
  const histograms = new Map([
    [
      '["é","h",[]]',
      new Map([
        [0.5, 1],
        [Infinity, 3],
      ]),
    ],
  ]);
  rememberHistograms(spool, histograms);
  expect(recallHistograms(spool)).toEqual(histograms);
  expect(statSync(join(spool, 'histograms.json')).mode & 0o777).toBe(0o600);
});

test('of more than fit the last are kept', async () => {
  const spool = await tempDir();
  const keys = Array.from({ length: 50 }, (_, n) => `${n} ${'é'.repeat(60_000)}`);
  rememberHistograms(spool, new Map(keys.map(key => [key, new Map([[1, 1]])])));
  expect(readFileSync(join(spool, 'histograms.json')).length).toBeLessThan(4 * 1024 * 1024);
  expect([...(recallHistograms(spool)?.keys() ?? [])]).toEqual(keys.slice(-34));
});

test.each([
  ['{', 'it is not JSON'],
  ['null', 'it is not "hap-monitor histograms 1"'],
  ['{"format":"hap-monitor histograms 1"}', 'it holds no list where one should be'],
  [
    '{"format":"hap-monitor histograms 1","histograms":[["k",[["a",1]]]]}',
    'it holds no bucket where one should be',
  ],
])('%s is refused: %s', async (text, message) => {
  const spool = await tempDir();
  writeFileSync(join(spool, 'histograms.json'), text);
  expect(() => recallHistograms(spool)).toThrow(message);
});
