import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithBefore } from '../../src/commands/remember.ts';
import { Failure } from '../../src/errors.ts';
import { recallRuns } from '../../src/memory/runs.ts';
import type { Plan } from '../../src/plan.ts';
import { LINE } from '../helpers/line.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const kept = new Failure('kept', 'tcp://g:2003', 'connection refused');
const unread = new Failure('read', 'unix:/s', 'no such socket');

async function makeSpool(): Promise<string> {
  const spool = join(await tempDir(), 'spool');
  mkdirSync(spool, { mode: 0o700 });
  return spool;
}

function compare(
  spool: string | undefined,
  failures: readonly Failure[],
  timestamp: number,
  dryRun = false,
): ReturnType<typeof compareWithBefore> {
  return compareWithBefore(
    failures,
    { line: LINE, spool, dryRun, remind: 3600, deadline: 50_000 } as Plan,
    timestamp,
  );
}

test('a run that delivered, also one that could not read everything, is the last good one', async () => {
  const spool = await makeSpool();
  expect(await compare(spool, [], 1000)).toMatchObject({ failures: [] });
  expect((await recallRuns(join(spool, LINE)))?.lastGood).toBe(1000);
  await compare(spool, [unread], 1060);
  expect((await recallRuns(join(spool, LINE)))?.lastGood).toBe(1060);
  await compare(spool, [kept], 1120);
  expect((await recallRuns(join(spool, LINE)))?.lastGood).toBe(1060);
});

test('an outage is said by its first run, and muted in the next', async () => {
  const spool = await makeSpool();
  expect(await compare(spool, [kept], 1000)).toEqual({ failures: [kept], muted: [] });
  expect(await compare(spool, [kept], 1060)).toEqual({ failures: [], muted: [kept] });
});

test('a dry run, and a run without a spool, remember nothing', async () => {
  const spool = await makeSpool();
  expect(await compare(spool, [kept], 1000, true)).toEqual({ failures: [kept] });
  expect(await compare(undefined, [kept], 1000)).toEqual({ failures: [kept] });
  expect(readdirSync(spool)).toEqual([]);
});

test('a spool that this run could not use is not tried again', async () => {
  const spool = await makeSpool();
  const broken = new Failure('spool', spool, 'no space is left on the disk');
  expect(await compare(spool, [broken], 1000)).toEqual({ failures: [broken] });
  expect(readdirSync(spool)).toEqual([]);
});

test('a memory that is damaged is said, and begun anew', async () => {
  const spool = await makeSpool();
  writeFileSync(join(spool, 'runs.json'), 'x');
  const { failures } = await compare(spool, [], 1000);
  expect(failures.map(({ message }) => message)).toEqual([
    `${spool}: the memory of earlier runs (runs.json) cannot be read and is begun anew: it is not JSON`,
  ]);
  expect((await recallRuns(join(spool, LINE)))?.lastGood).toBe(1000);
});

test('a spool that others may write to is refused and nothing of the run is muted', async () => {
  const spool = await makeSpool();
  chmodSync(spool, 0o777);
  const { failures, muted } = await compare(spool, [kept], 1000);
  expect(failures.map(({ message }) => message)).toEqual([
    kept.message,
    `${spool}: the spool directory can be written to by others (mode 777): chmod 700 ${spool}`,
  ]);
  expect(muted).toBeUndefined();
});
