import { chmodSync, existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMemory, refuseSpool } from '../../src/commands/memory.ts';
import { Failure } from '../../src/errors.ts';
import type { Plan } from '../../src/plan.ts';
import { LINE } from '../helpers/line.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const PLAN = { line: LINE, dryRun: false, deadline: 50_000 } as Plan;

test('a run makes the spool for its user alone and holds it; a dry run makes nothing and names it', async () => {
  const spool = join(await tempDir(), 'spool');
  expect(await openMemory(spool, { ...PLAN, dryRun: true })).toMatchObject({
    directory: spool,
    failures: [],
  });
  expect(existsSync(spool)).toBe(false);
  const { directory, failures } = await openMemory(spool, PLAN);
  expect([directory, failures]).toEqual([expect.stringMatching(/^\/proc\/self\/fd\/\d+$/), []]);
  expect(lstatSync(spool).mode & 0o777).toBe(0o700);
  expect(await openMemory(spool, { ...PLAN, dryRun: true })).toMatchObject({ directory: join(spool, LINE) });
});

test('a spool that may not be used has no directory, and says why', async () => {
  const dir = await tempDir();
  const [open, link] = [join(dir, 'open'), join(dir, 'link')];
  await openMemory(open, PLAN);
  chmodSync(open, 0o770);
  symlinkSync(open, link);
  for (const [spool, why] of [
    [open, `the spool directory can be written to by others (mode 770): chmod 700 ${open}`],
    [link, 'the spool is a symbolic link, which is not followed: name the directory itself'],
  ] as const) {
    const { directory, failures } = await openMemory(spool, PLAN);
    expect(directory).toBeUndefined();
    expect(failures.map(({ code, message }) => [code, message])).toEqual([['spool', `${spool}: ${why}`]]);
  }
});

test('an attempt gives its result; an error is a failure of the spool, in words, and there is none', async () => {
  const spool = join(await tempDir(), 'spool');
  const memory = await openMemory(spool, PLAN);
  expect(await memory.attempt('x', () => 7)).toBe(7);
  expect(await memory.attempt('x', async () => 8)).toBe(8);
  expect(memory.failures).toEqual([]);
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  expect(await memory.attempt('it cannot be kept', () => Promise.reject(full))).toBeUndefined();
  expect(
    await memory.attempt('it is damaged', () => {
      throw new Error('it is not JSON');
    }),
  ).toBeUndefined();
  expect(memory.failures.map(({ code, message }) => [code, message])).toEqual([
    ['spool', `${spool}: it cannot be kept: no space is left on the disk`],
    ['spool', `${spool}: it is damaged: it is not JSON`],
  ]);
  expect(memory.failures[0]?.cause).toBe(full);
});

test('a failure that speaks for itself stays as it is', async () => {
  const own = new Failure('read', 'unix:/s', 'no such socket');
  const memory = await openMemory(join(await tempDir(), 'spool'), PLAN);
  await memory.attempt('it cannot be kept', () => Promise.reject(own));
  expect(memory.failures[0]).toBe(own);
  expect(refuseSpool('sp', own)).toBe(own);
});

test('a spool that cannot be found from here is told with what helps', () => {
  const gone = Object.assign(new Error('uv_cwd'), { code: 'ENOENT' });
  const { code, message, cause } = refuseSpool('sp', gone);
  expect([code, message, cause]).toEqual([
    'spool',
    'sp: the spool cannot be used: no such file; name it by its whole path',
    gone,
  ]);
});

test('a file where the spool should be stays', async () => {
  const file = join(await tempDir(), 'file');
  writeFileSync(file, 'x');
  expect((await openMemory(file, PLAN)).failures[0]?.what).toBe(
    'the spool is not a directory: name another, or move this away',
  );
});
