import { lstatSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdLine } from '../../src/memory/line.ts';
import { recallLastGood, recallRuns, rememberRuns } from '../../src/memory/runs.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const MEMORY = { lastGood: 1_700_000_000, outages: new Map([['tcp://g:2003', { since: 5, said: 7 }]]) };

test('what a run leaves is what the next one finds, in a private file and nothing beside it', async () => {
  const dir = await tempDir();
  expect(recallRuns(dir)).toBeUndefined();
  rememberRuns(dir, MEMORY);
  expect(recallRuns(dir)).toEqual(MEMORY);
  rememberRuns(dir, { outages: new Map() });
  expect(recallRuns(dir)).toEqual({ outages: new Map() });
  expect(readdirSync(dir)).toEqual(['runs.json']);
  expect(lstatSync(join(dir, 'runs.json')).mode & 0o777).toBe(0o600);
});

test.each([
  ['', 'it is not JSON'],
  ['null', 'it is not "hap-monitor runs 1"'],
  ['{"format":"hap-monitor runs 1","outages":[7]}', 'it holds no object where one should be'],
  ['{"format":"hap-monitor runs 2","outages":[]}', 'it is not "hap-monitor runs 1"'],
  ['{"format":"hap-monitor runs 1","lastGood":"1","outages":[]}', 'it holds no time where one should be'],
  ['{"format":"hap-monitor runs 1","outages":[{"since":1,"said":1}]}', 'an outage names no destination'],
  ['x'.repeat(1024 * 1024 + 1), 'it has 1048577 bytes, the limit is 1048576'],
])('a memory is refused, case %#', async (text, message) => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'runs.json'), text);
  expect(() => recallRuns(dir)).toThrow(message);
});

test('a link in its place is not followed, and the next run replaces it', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'other'), 'theirs');
  symlinkSync(join(dir, 'other'), join(dir, 'runs.json'));
  expect(() => recallRuns(dir)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  rememberRuns(dir, MEMORY);
  expect(recallRuns(dir)).toEqual(MEMORY);
});

test('a run that finds another one writing leaves the memory to it, and to no process that was killed', async () => {
  const dir = await tempDir();
  const half = join(dir, 'runs.json.new');
  writeFileSync(half, 'half');
  rememberRuns(dir, MEMORY);
  expect(recallRuns(dir)).toBeUndefined();
  utimesSync(half, 1, 1);
  rememberRuns(dir, MEMORY); // clears the way
  rememberRuns(dir, MEMORY);
  expect(recallRuns(dir)).toEqual(MEMORY);
});

test.each([
  ['none has run', [], undefined],
  ['none has delivered', [{ lastRun: 1000 }], undefined],
  [
    'one delivers and one does not',
    [
      { lastGood: 9000, lastRun: 9000 },
      { lastGood: 1000, lastRun: 8990 },
    ],
    1000,
  ],
  [
    'one was removed',
    [
      { lastGood: 9000, lastRun: 9000 },
      { lastGood: 1000, lastRun: 8400 },
    ],
    9000,
  ],
  [
    'no line runs any more',
    [
      { lastGood: 2000, lastRun: 2000 },
      { lastGood: 1000, lastRun: 1990 },
    ],
    1000,
  ],
  ['an earlier checkout stored one time', [{ lastGood: 1000 }], 1000],
  [
    'one delivered, and was removed since',
    [
      { lastGood: 9000, lastRun: 9000 },
      { lastGood: 8500, lastRun: 8500 },
    ],
    9000,
  ],
])('of several lines the one that has waited longest counts: %s', async (_, lines, lastGood) => {
  const spool = await tempDir();
  for (const [index, times] of lines.entries())
    rememberRuns(holdLine(spool, `line-0000000${index}`), { ...times, outages: new Map() });
  expect(recallLastGood(spool)).toBe(lastGood);
});

test('the memory that lines had in common counts until one of them takes it over', async () => {
  const spool = await tempDir();
  rememberRuns(spool, MEMORY);
  expect(recallLastGood(spool)).toBe(MEMORY.lastGood);
});
