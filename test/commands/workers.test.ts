import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { numberWorkers } from '../../src/commands/workers.ts';
import { recallWorkers } from '../../src/memory/workers.ts';
import type { HookSource, Plan } from '../../src/plan.ts';
import type { HookSeries } from '../../src/types.ts';
import { everythingOf } from '../helpers/everything.ts';
import { LINE } from '../helpers/line.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SOURCE: HookSource = { kind: 'url', label: 'http://app/', url: 'http://app/' };

function planAt(spool: string | undefined, own: Partial<Plan> = {}): Plan {
  const hookLimits = { timeout: 1000, maxAge: Infinity, workers: true };
  return { hooks: [SOURCE], hookLimits, line: LINE, spool, dryRun: false, deadline: 50_000, ...own } as Plan;
}

/** A page with a number of each of these workers, read or not. */
function readOf(ids: readonly string[], isRead = true) {
  const series = ids.map(
    (id): HookSeries => ({
      app: 'web',
      metric: 'm',
      labels: [],
      figures: new Map([['', 1]]),
      worker: { source: SOURCE.label, id },
    }),
  );
  const read = everythingOf({}, series);
  return isRead ? { ...read, hooks: { ...read.hooks, read: [SOURCE] } } : read;
}

async function number(plan: Plan, ids: readonly string[], isRead?: boolean) {
  const { read, failures } = await numberWorkers(plan, readOf(ids, isRead));
  const numbers = read.hooks.series.map(({ labels }) => Object.fromEntries(labels).worker);
  return { numbers, failures: failures.map(({ message }) => message) };
}

async function makeSpool(): Promise<string> {
  const spool = join(await tempDir(), 'spool');
  mkdirSync(spool, { mode: 0o700 });
  return spool;
}

test('without --hook-workers, or without hook snapshots, what was read stays as it is', async () => {
  const read = readOf(['1']);
  const off = { timeout: 1000, maxAge: Infinity, workers: false };
  for (const plan of [planAt('/no/spool', { hookLimits: off }), planAt('/no/spool', { hooks: [] })]) {
    const numbered = await numberWorkers(plan, read);
    expect(numbered.read).toBe(read);
    expect(numbered.failures).toEqual([]);
  }
});

test('without a spool each run numbers anew; with one a worker keeps its number', async () => {
  expect(await number(planAt(undefined), ['20', '30'])).toEqual({ numbers: ['0', '1'], failures: [] });
  expect(await number(planAt(undefined), ['30'])).toEqual({ numbers: ['0'], failures: [] });
  const plan = planAt(await makeSpool());
  expect((await number(plan, ['20', '30'])).numbers).toEqual(['0', '1']);
  expect((await number(plan, ['30', '40'])).numbers).toEqual(['1', '0']);
});

test('a worker keeps its number while its page cannot be read, and loses it once that is read without it', async () => {
  const plan = planAt(await makeSpool());
  await number(plan, ['20', '30']);
  await number(plan, [], false);
  expect((await number(plan, ['30'])).numbers).toEqual(['1']);
  await number(plan, []);
  expect((await number(plan, ['30'])).numbers).toEqual(['0']);
});

test('a dry run uses the numbers and leaves none', async () => {
  const spool = await makeSpool();
  expect((await number(planAt(spool, { dryRun: true }), ['20'])).numbers).toEqual(['0']);
  expect(readdirSync(spool)).toEqual([]);
  await number(planAt(spool), ['20', '30']);
  expect((await number(planAt(spool, { dryRun: true }), ['30'])).numbers).toEqual(['1']);
  expect((await recallWorkers(join(spool, LINE))).map(({ id }) => id)).toEqual(['20', '30']);
});

test('a memory that is damaged is said, and the numbers are given anew', async () => {
  const spool = await makeSpool();
  writeFileSync(join(spool, 'workers.json'), 'x');
  expect(await number(planAt(spool), ['30'])).toEqual({
    numbers: ['0'],
    failures: [
      `${spool}: the numbers of workers (workers.json) cannot be read and are given anew: it is not JSON`,
    ],
  });
  expect(await recallWorkers(join(spool, LINE))).toEqual([
    { app: 'web', source: SOURCE.label, id: '30', number: 0 },
  ]);
});

test('more workers than fit are numbered, and it is said that the next run will not know them', async () => {
  const spool = await makeSpool();
  const { numbers, failures } = await number(planAt(spool), ['x'.repeat(4 * 1024 * 1024)]);
  expect([numbers, failures]).toEqual([
    ['0'],
    [`${spool}: the numbers of workers cannot be kept: they take more than 4194304 bytes, the limit`],
  ]);
});

test('a spool that cannot be used is said by others; the workers are numbered', async () => {
  expect(await number(planAt('/no/such/spool'), ['30'])).toEqual({ numbers: ['0'], failures: [] });
});
