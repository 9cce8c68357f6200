import { expect, test } from 'vitest';
import { type NamePoints, openLayout, rootOf } from '../../src/commands/points.ts';
import type { Plan } from '../../src/plan.ts';
import type { HookSeries } from '../../src/types.ts';
import { answerOf, everythingOf, planOf } from '../helpers/everything.ts';
import { listPoints } from '../helpers/listing.ts';

const HEADER = 'pxname,svname,type,scur,stot';
const WEB = answerOf(['Pid: 1'], HEADER, 'web,FRONTEND,0,3,70');
const API = answerOf(['Pid: 2'], HEADER, 'web,FRONTEND,0,4,80');
const HOOK: HookSeries = { app: 'app', metric: undefined, labels: [], figures: new Map([['started', 9]]) };

async function plan(...more: readonly string[]): Promise<Plan> {
  const flags = ['--sockets', '/s', '--backend', 'h', '--hostname', 'lb1', '--metrics', 'scur', 'stot'];
  return await planOf(...flags, ...more);
}

async function name(made: Plan, read = everythingOf({ a: WEB }), destination = made.destinations[0]) {
  const told: string[] = [];
  if (destination === undefined) return expect.fail('the plan has no destination');
  const namePoints = await openLayout(made.layout);
  const tables = namePoints(made, destination, read, (text, harm) => told.push(`${harm}: ${text}`));
  return { points: Object.fromEntries(listPoints(tables)), told };
}

test('HAProxy’s numbers come first, then those of hook snapshots, each under scope and host', async () => {
  const { points, told } = await name(await plan(), everythingOf({ a: WEB }, [HOOK]));
  expect(Object.entries(points)).toEqual([
    ['haproxy.lb1.1.web.FRONTEND.scur', 3],
    ['haproxy.lb1.1.web.FRONTEND.stot', 70],
    ['haproxy.lb1.hooks.app.started', 9],
  ]);
  expect(told).toEqual([]);
});

test('each layout has its own paths; that of haproxystats adds up the processes', async () => {
  const read = everythingOf({ a: WEB, b: API });
  expect((await name(await plan(), read)).points).toMatchObject({
    'haproxy.lb1.a.web.FRONTEND.scur': 3,
    'haproxy.lb1.b.web.FRONTEND.scur': 4,
  });
  const merged = (await name(await plan('--layout', 'haproxystats', '--type', 'G'), read)).points;
  expect(merged).toMatchObject({ 'haproxy.lb1.haproxy.frontend.web.scur': 7 });
  const tagged = (await name(await plan('--layout', 'tagged', '--type', 'G'), read)).points;
  expect(Object.values(tagged)).toEqual([3, 70, 4, 80]);
});

test('what was not read, and what the filter leaves out, has no points', async () => {
  expect((await name(await plan(), everythingOf({}))).points).toEqual({});
  expect((await name(await plan('--exclude', 'web'))).points).toEqual({});
  expect(Object.keys((await name(await plan(), everythingOf({}, [HOOK]))).points)).toHaveLength(1);
});

test('a counter is marked as an increase for a destination that gets increases, and for no other', async () => {
  const made = await plan('--counters', 'delta', '--spool', '/sp');
  const graphite = {
    scope: 'g',
    backend: { type: 'graphite', protocol: 'tcp', host: 'h', port: 1 },
  } as const;
  const namePoints = await openLayout(made.layout);
  const list = (destination: Parameters<NamePoints>[1] | undefined) => {
    if (destination === undefined) return expect.fail('the plan has no destination');
    const tables = namePoints(made, destination, everythingOf({ a: WEB }), expect.fail);
    return Array.from(tables, ({ fields }) => fields.map(({ name, counts }) => [name, counts])).flat();
  };
  expect(list(made.destinations[0])).toEqual([
    ['scur', undefined],
    ['stot', true],
  ]);
  expect(list(graphite)).toEqual([
    ['scur', undefined],
    ['stot', undefined],
  ]);
});

test('two series that become one path are told; the first is sent', async () => {
  const other = { ...HOOK, figures: new Map([['started', 10]]) };
  const { points, told } = await name(await plan(), everythingOf({}, [HOOK, other]));
  expect(points).toEqual({ 'haproxy.lb1.hooks.app.started': 9 });
  expect(told).toEqual([
    'lost: haproxy.lb1.hooks.app: two series of hook snapshots become this path, only the first is sent',
  ]);
});

test('an unknown status, and processes that share their numbers, are told', async () => {
  const odd = answerOf(['Pid: 1'], 'pxname,svname,type,status', 'web,s1,2,ODD');
  expect((await name(await plan('--metrics', 'status'), everythingOf({ a: odd }))).told).toEqual([
    expect.stringMatching(/^lost: .*ODD/),
  ]);
  const several = (pid: number) =>
    answerOf(['Nbproc: 2', 'Process_num: 1', `Pid: ${pid}`], HEADER, 'web,FRONTEND,0,3,70');
  expect((await name(await plan(), everythingOf({ a1: several(1), b1: several(2) }))).told).toEqual([
    'kept: several HAProxies have several processes each, so paths name the processes by their endpoints (process-name)',
  ]);
});

test('the start of all paths has the host and tags of the run, and the scope and type of the destination', () => {
  const tags = [['env', 'prod']] as const;
  const backend = { type: 'statsd', protocol: 'udp', host: 'h', port: 1 } as const;
  expect(rootOf({ host: 'lb1', tags } as unknown as Plan, { scope: 'lb', backend })).toEqual({
    scope: 'lb',
    host: 'lb1',
    tags,
    type: 'statsd',
  });
});
