import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareHistograms } from '../../src/commands/histograms.ts';
import { recallHistograms } from '../../src/memory/histograms.ts';
import type { Plan } from '../../src/plan.ts';
import type { HookSeries } from '../../src/types.ts';
import { everythingOf } from '../helpers/everything.ts';
import { LINE } from '../helpers/line.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const GAUGE: HookSeries = { app: 'web', metric: 'g', labels: [], figures: new Map([['', 1]]) };

/** A histogram of so many observations up to 1 and up to 2. */
function histogram(...counts: readonly number[]): HookSeries {
  const buckets = new Map([1, 2, Infinity].map((bound, at) => [bound, counts[at] ?? counts.at(-1) ?? 0]));
  return { app: 'web', metric: 'h', labels: [], figures: new Map([['count', counts.at(-1) ?? 0]]), buckets };
}

async function compare(spool: string | undefined, series: HookSeries, dryRun = false) {
  const plan = { line: LINE, spool, dryRun, deadline: 50_000 } as Plan;
  const given = everythingOf({}, [series]);
  const { read, failures } = await compareHistograms(plan, given);
  return {
    isUnchanged: read === given,
    p50: read.hooks.series[0]?.figures.get('p50'),
    failures: failures.map(({ message }) => message),
  };
}

async function makeSpool(): Promise<string> {
  const spool = join(await tempDir(), 'spool');
  mkdirSync(spool, { mode: 0o700 });
  return spool;
}

const UNCHANGED = { isUnchanged: true, p50: undefined, failures: [] };

test('the second run has the quantiles of what came since the first', async () => {
  const spool = await makeSpool();
  expect(await compare(spool, histogram(100, 100))).toEqual({ ...UNCHANGED, isUnchanged: false });
  expect(await compare(spool, histogram(100, 110))).toEqual({ isUnchanged: false, p50: 1.5, failures: [] });
});

test('without a spool, or without a histogram, what was read stays as it is and nothing is kept', async () => {
  expect(await compare(undefined, histogram(1, 1))).toEqual(UNCHANGED);
  const spool = await makeSpool();
  expect(await compare(spool, GAUGE)).toEqual(UNCHANGED);
  expect(readdirSync(spool)).toEqual([]);
});

test('a dry run compares and leaves the histograms as they were', async () => {
  const spool = await makeSpool();
  await compare(spool, histogram(100, 100));
  for (let time = 0; time < 2; time++) {
    expect((await compare(spool, histogram(100, 110), true)).p50).toBe(1.5);
    expect([...((await recallHistograms(join(spool, LINE)))?.values() ?? [])]).toEqual([
      new Map([
        [1, 100],
        [2, 100],
        [Infinity, 100],
      ]),
    ]);
  }
});

test('a memory that is damaged is said and begun anew', async () => {
  const spool = await makeSpool();
  writeFileSync(join(spool, 'histograms.json'), 'x');
  const said = `${spool}: the histograms of earlier runs (histograms.json) cannot be read and are begun anew: it is not JSON`;
  expect(await compare(spool, histogram(100, 100))).toMatchObject({ p50: undefined, failures: [said] });
  expect(await compare(spool, histogram(100, 110))).toMatchObject({ p50: 1.5, failures: [] });
});

test('histograms that cannot be kept are said; those of this run are sent', async () => {
  const spool = await makeSpool();
  mkdirSync(join(spool, 'histograms.json'));
  const { isUnchanged, failures } = await compare(spool, histogram(1, 1));
  expect(isUnchanged).toBe(false);
  expect(failures.map(text => text.replace(spool, 'SPOOL').replace(/: [^:]*$/, ''))).toEqual([
    'SPOOL: the histograms of earlier runs (histograms.json) cannot be read and are begun anew',
    'SPOOL: the histograms of this run cannot be kept',
  ]);
});

test('a spool that cannot be used is said by others', async () => {
  expect(await compare('/no/such/spool', histogram(1, 1))).toEqual(UNCHANGED);
});
