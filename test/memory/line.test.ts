import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdLine, listLines } from '../../src/memory/line.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const [ONE, TWO] = ['line-00000001', 'line-00000002'] as const;

test('each line has a private directory of its own in the spool', async () => {
  const spool = join(await tempDir(), 'spool');
  writeFileSync(join(holdLine(spool, ONE), 'x'), '1');
  writeFileSync(join(holdLine(spool, TWO), 'x'), '2');
  expect(listLines(spool)).toEqual([ONE, TWO]);
  expect(listLines(spool).map(line => readFileSync(join(spool, line, 'x'), 'utf8'))).toEqual(['1', '2']);
  expect([spool, join(spool, ONE)].map(path => lstatSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
});

test('a link in the place of the directory is refused, by the path of the spool', async () => {
  const spool = await tempDir();
  symlinkSync('/tmp', join(spool, ONE));
  expect(() => holdLine(spool, ONE)).toThrow(`${join(spool, ONE)}: the spool is a symbolic link`);
});

test('the first line goes on with the memory that all lines had in common; destinations stay where they are', async () => {
  const spool = await tempDir();
  const common = ['histograms.json', 'runs.json', 'workers.json'];
  const totals = ['totals-h_8125.json'];
  for (const name of [...common, ...totals]) writeFileSync(join(spool, name), name);
  mkdirSync(join(spool, 'h_2003'));
  const series = 'series-00000001';
  expect(readdirSync(holdLine(spool, series))).toEqual(totals);
  expect(readdirSync(holdLine(spool, ONE))).toEqual(common);
  expect(readdirSync(holdLine(spool, TWO))).toEqual([]);
  expect(readdirSync(spool)).toEqual(['h_2003', ONE, TWO, series]);
  expect(listLines(spool)).toEqual([ONE, TWO]);
});

test('a new line removes those that no run used for 30 days', async () => {
  const spool = await tempDir();
  const days = (count: number) => Date.now() / 1000 - 86_400 * count;
  for (const [line, age] of [
    [ONE, 29],
    [TWO, 31],
  ] as const) {
    writeFileSync(join(holdLine(spool, line), 'runs.json'), '');
    utimesSync(join(spool, line), days(age), days(age));
  }
  holdLine(spool, ONE);
  expect(listLines(spool)).toEqual([ONE, TWO]);
  holdLine(spool, 'line-00000003');
  expect(listLines(spool)).toEqual([ONE, 'line-00000003']);
});
