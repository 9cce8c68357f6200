import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check, type Thresholds } from '../../src/commands/check.ts';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { makePlan } from '../../src/config/plan.ts';
import { holdLine } from '../../src/memory/line.ts';
import { rememberRuns } from '../../src/memory/runs.ts';
import type { Plan } from '../../src/plan.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { answerOf } from '../helpers/everything.ts';
import { noStdin } from '../helpers/hook-pages.ts';
import { openSpoolAt, packet } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** Judges nothing. */
const NONE: Thresholds = {
  state: { down: 'ignore', servers: {}, sessions: {} },
  age: {},
  depth: {},
  run: {},
};

async function play(answer = recorded('2.6-p1')): Promise<{ readonly dir: string; readonly socket: string }> {
  const dir = await tempDir();
  const socket = join(dir, 's.sock');
  const haproxy = await serveAnswers(socket, answer);
  onTestFinished(haproxy.stop);
  return { dir, socket };
}

async function look(flags: readonly string[], thresholds: Partial<Thresholds> = {}, own: Partial<Plan> = {}) {
  const settings = await parseCommandLine('check', flags);
  const plan = { ...(await makePlan('check', settings, await readConfig(settings))), ...own };
  return await check(plan, { ...NONE, ...thresholds }, noStdin, new AbortController().signal);
}

test('what is not asked for is not judged: no spool, no hooks, no state', async () => {
  const { socket } = await play();
  expect(await look(['--sockets', socket])).toEqual({
    code: 0,
    line: 'HAP-MONITOR OK - 1 of 1 endpoints read | endpoints_failed=0;;;0;1\n',
  });
});

test('hook snapshots alone are judged alone', async () => {
  const { code, line } = await look(['--hook-stats', '/no/h.json']);
  expect([code, line.split(' | ')[1]]).toEqual([1, 'hooks_failed=1;;;0;1\n']);
  expect(line).toMatch(/^HAP-MONITOR WARNING - \/no\/h\.json: /);
});

test('the state of the rows is judged, of those that the filter keeps', async () => {
  const rows = ['web,FRONTEND,0,OPEN', 'app,BACKEND,1,DOWN'];
  const { socket } = await play(answerOf(['Pid: 1'], 'pxname,svname,type,status', ...rows));
  const state = { ...NONE.state, down: 'critical' } as const;
  expect(await look(['--sockets', socket], { state })).toEqual({
    code: 2,
    line: 'HAP-MONITOR CRITICAL - backend app is DOWN | endpoints_failed=0;;;0;1 backends_down=1;;;0\n',
  });
  expect((await look(['--sockets', socket, '--exclude', 'app'], { state })).code).toBe(0);
});

test('the spool is measured by the clock, as is the last run that delivered', async () => {
  const { dir, socket } = await play();
  const spool = join(dir, 'spool');
  const now = Math.floor(Date.now() / 1000);
  for (const batch of openSpoolAt(spool).keep(now - 100, [packet(1, now)])) batch.release();
  await rememberRuns(spool, { lastGood: now - 50, outages: new Map() });
  const { line } = await look(['--sockets', socket, '--spool', spool]);
  expect(line).toMatch(/^HAP-MONITOR OK - .*, 1 datapoints wait in the spool \| /);
  expect(line).toMatch(/ spool_age=10\ds;;;0 spool_datapoints=1;;;0;1000000 last_run=5\ds;;;0\n$/);
  await rememberRuns(spool, { lastGood: now + 1000, outages: new Map() });
  expect((await look(['--sockets', socket, '--spool', spool])).line).toContain(' last_run=0s;');
});

test('a line that delivers does not hide another one that runs and does not', async () => {
  const { dir, socket } = await play();
  const spool = join(dir, 'spool');
  const now = Math.floor(Date.now() / 1000);
  rememberRuns(holdLine(spool, 'line-00000001'), { lastGood: now - 7200, lastRun: now, outages: new Map() });
  rememberRuns(holdLine(spool, 'line-00000002'), { lastGood: now, lastRun: now, outages: new Map() });
  const { line } = await look(['--sockets', socket, '--spool', spool], { run: { warning: 600 } });
  expect(line).toMatch(/^HAP-MONITOR WARNING - the last run that delivered was 720\d s ago: /);
});

test('a spool that a run refuses is a warning, whoever looks: a link, or others may write to it', async () => {
  const { dir, socket } = await play();
  const [spool, link] = [join(dir, 'spool'), join(dir, 'link')];
  const { where } = openSpoolAt(spool);
  const said = async (path: string) =>
    (await look(['--sockets', socket, '--spool', path])).line.split(' | ')[0];
  expect(await said(spool)).toMatch(/^HAP-MONITOR OK - /);
  chmodSync(where, 0o770);
  expect(await said(spool)).toBe(
    `HAP-MONITOR WARNING - ${where}: the spool directory can be written to by others (mode 770): chmod 700 ${where}`,
  );
  chmodSync(where, 0o700);
  chmodSync(spool, 0o1777);
  expect(await said(spool)).toBe(
    `HAP-MONITOR WARNING - ${spool}: the spool directory can be written to by others (mode 1777): name one below it, ${spool}/hap-monitor`,
  );
  symlinkSync(spool, link);
  expect(await said(`${link}/`)).toBe(
    `HAP-MONITOR WARNING - ${link}: the spool is a symbolic link, which is not followed: name the directory itself`,
  );
});

test('a spool that cannot be looked at is a warning and hides nothing of what was read', async () => {
  const { dir, socket } = await play();
  const spool = join(dir, 'spool');
  mkdirSync(spool, { mode: 0o700 });
  writeFileSync(join(spool, 'runs.json'), 'x');
  expect(await look(['--sockets', socket, '--spool', spool])).toEqual({
    code: 1,
    line: `HAP-MONITOR WARNING - ${spool}: it is not JSON | endpoints_failed=0;;;0;1\n`,
  });
});

test('names that become one path, and notes, are oddities: the first loses numbers, the others do not', async () => {
  const rows = ['w.b,FRONTEND,0,3', 'w_b,FRONTEND,0,4'];
  const { socket } = await play(answerOf(['Pid: 1'], 'pxname,svname,type,scur', ...rows));
  const flags = ['--sockets', socket];
  const own = { notes: ['a note'], host: 'h', metrics: ['scur'] };
  const { code, line } = await look(flags, {}, own);
  expect(code).toBe(1);
  expect(line.split(' | ')[0]).toBe(
    'HAP-MONITOR WARNING - haproxy.h.1.w_b.FRONTEND: two names become this path, only the first is sent; a note',
  );
  const kept = await look([...flags, '--exclude', 'w_b'], {}, own);
  expect([kept.code, kept.line.split(' | ')[0]]).toEqual([
    0,
    'HAP-MONITOR OK - 1 of 1 endpoints read, a note',
  ]);
});

test('a check that is stopped knows nothing', async () => {
  const { socket } = await play();
  const settings = await parseCommandLine('check', ['--sockets', socket]);
  const plan = await makePlan('check', settings, await readConfig(settings));
  const stop = AbortSignal.abort(new Error('stopped by SIGTERM'));
  await expect(check(plan, NONE, noStdin, stop)).rejects.toMatchObject({
    code: 'read',
    message: 'check: stopped by SIGTERM',
  });
});
