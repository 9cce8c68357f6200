import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countSinceBefore, sendsDeltas } from '../../src/commands/counters.ts';
import type { Destination, Plan } from '../../src/plan.ts';
import { answerOf, everythingOf } from '../helpers/everything.ts';
import { LINE, lineIn } from '../helpers/line.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const NOW = 1_800_000_000;
const FILE = `totals-h_8125-${LINE}.json`;
const DESTINATION: Destination = {
  backend: { type: 'statsd', protocol: 'udp', host: 'h', port: 8125 },
  scope: 'lb',
  limits: sendLimits({}),
};

function planAt(spool: string | undefined, own: Partial<Plan> = {}): Plan {
  return { counters: 'delta', line: LINE, spool, dryRun: false, deadline: 50_000, ...own } as Plan;
}

/** One HAProxy that was there before the first run and has counted so many sessions. */
function readOf(stot: number) {
  const info = ['Pid: 7', 'node: lb1', 'Start_time_sec: 1700000000'];
  return everythingOf({ a: answerOf(info, 'pxname,svname,type,scur,stot', `web,FRONTEND,0,5,${stot}`) });
}

/** A run: the increase that it sends (NaN for none), and what it says of its memory. */
async function count(plan: Plan, stot: number, isDelivered = true, timestamp = NOW) {
  const { read, settle } = await countSinceBefore(plan, DESTINATION, readOf(stot), timestamp);
  const values = new Float64Array(2);
  const [snapshot] = read.haproxy.distinct;
  for (const column of [0, 1]) snapshot?.stat.numbers([0], 3 + column, values.subarray(column));
  const failures = (await settle(isDelivered)).map(({ code, message }) => `${code} ${message}`);
  return { scur: values[0], stot: values[1], failures };
}

async function makeSpool(): Promise<string> {
  const spool = join(await tempDir(), 'spool');
  mkdirSync(spool, { mode: 0o700 });
  return spool;
}

test('increases are for StatsD alone, and only where they are asked for', () => {
  const graphite = { backend: { type: 'graphite', protocol: 'udp', host: 'h', port: 1 } } as const;
  expect(sendsDeltas(planAt('/s'), DESTINATION)).toBe(true);
  expect(sendsDeltas(planAt('/s', { counters: 'gauge' }), DESTINATION)).toBe(false);
  expect(sendsDeltas(planAt('/s'), graphite)).toBe(false);
});

test('without increases, or without a spool, what was read stays as it is and nothing is kept', async () => {
  const spool = await makeSpool();
  const read = readOf(10);
  for (const plan of [planAt(spool, { counters: 'gauge' }), planAt(undefined)]) {
    const counted = await countSinceBefore(plan, DESTINATION, read, NOW);
    expect(counted.read).toBe(read);
    expect(await counted.settle(true)).toEqual([]);
  }
  expect(readdirSync(spool)).toEqual([]);
});

test('the first run sends no counters, the next ones what came since; levels stay', async () => {
  const plan = planAt(await makeSpool());
  expect(await count(plan, 10)).toEqual({ scur: 5, stot: Number.NaN, failures: [] });
  expect(await count(plan, 17)).toEqual({ scur: 5, stot: 7, failures: [] });
  expect(await count(plan, 18)).toEqual({ scur: 5, stot: 1, failures: [] });
});

test('what was not delivered is part of the next increase, also where the first run was not', async () => {
  const plan = planAt(await makeSpool());
  await count(plan, 10, false);
  expect((await count(plan, 17, false)).stot).toBe(7);
  expect((await count(plan, 20)).stot).toBe(10);
});

test('a dry run counts and leaves the totals as they were', async () => {
  const spool = await makeSpool();
  await count(planAt(spool), 10);
  const directory = lineIn(spool, 'series');
  const before = readFileSync(join(directory, FILE), 'utf8');
  expect((await count(planAt(spool, { dryRun: true }), 17)).stot).toBe(7);
  expect([readdirSync(directory), readFileSync(join(directory, FILE), 'utf8')]).toEqual([[FILE], before]);
});

test('a dry run before the first run sends no counters, as that does, and makes no spool', async () => {
  const spool = join(await tempDir(), 'spool');
  const first = { scur: 5, stot: Number.NaN, failures: [] };
  expect(await count(planAt(spool, { dryRun: true }), 10)).toEqual(first);
  expect(existsSync(spool)).toBe(false);
  expect(await count(planAt(spool), 10)).toEqual(first);
});

test('a run beside another that holds the totals sends no counters and leaves none', async () => {
  const plan = planAt(await makeSpool());
  await count(plan, 10);
  const first = await countSinceBefore(plan, DESTINATION, readOf(17), NOW);
  expect(await count(plan, 18)).toEqual({ scur: 5, stot: Number.NaN, failures: [] });
  await first.settle(true);
  expect((await count(plan, 20)).stot).toBe(3);
});

test('totals that are damaged are said, and begun anew', async () => {
  const spool = await makeSpool();
  writeFileSync(join(spool, FILE), '{"format":');
  const said =
    'the totals of the run before are damaged, and are begun anew: it is not "hap-monitor totals 1"';
  expect(await count(planAt(spool), 10)).toEqual({
    scur: 5,
    stot: Number.NaN,
    failures: [`spool ${spool}: ${said}`],
  });
  expect(await count(planAt(spool), 17)).toEqual({ scur: 5, stot: 7, failures: [] });
});

test('a spool that cannot be used is said, and there are no counters', async () => {
  const { stot, failures } = await count(planAt('/no/such/spool'), 10);
  expect(stot).toBeNaN();
  expect(failures).toEqual([
    expect.stringMatching(/^spool \/no\/such\/spool: the spool directory cannot be made: /),
  ]);
});
