import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Carbon, startCarbon } from '../../tools/players/carbon.ts';
import { type Haproxy, startHaproxy } from '../../tools/players/haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { interval, isConnectedTo, type Relay, startRelay } from '../helpers/relay.ts';
import { type Ran, runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

vi.setConfig({ testTimeout: 60_000 }); // the relay waits for what may still come, and so do the tests

const SILENT = { code: 0, stdout: '', stderr: '' };
const layouts = { 'hap-monitor': 'haproxy', haproxystats: 'loadbalancers' };

const ADDED =
  /\.(scur|slim|qcur|rate|(req|conn)_rate|stot|(req|lb)_?tot|bin|bout|hrsp_\w+|[de]req|[de]resp|econ|wretr|wredis|\w+_abrt|status\.\w+)$/;
const TIME = /\.[qcrt]time$/;

let dir: string;
let carbons: [Carbon, Carbon];
let relay: Relay;
/** Two load balancers with a different number of requests. */
const hosts = new Map<string, Haproxy>();
/** The paths that a run of every host and layout sends. */
let paths: readonly string[];

beforeAll(async () => {
  dir = await tempDir();
  carbons = [await startCarbonIn('a'), await startCarbonIn('b')];
  relay = await startRelay({ dir, carbons: [carbons[0].port, carbons[1].port] });
  for (const [host, requests] of [
    ['lb1', 3],
    ['lb2', 5],
  ] as const) {
    const haproxy = await startHaproxy({ dir, name: host });
    hosts.set(host, haproxy);
    for (let request = 0; request < requests; request++) await haproxy.get('/');
  }
  const printed = await runAll('--dry-run');
  paths = printed.flatMap(({ stdout }) => stdout.trimEnd().split('\n')).map(line => line.split(' ')[0] ?? '');
});

afterAll(async () => {
  await Promise.all([...hosts.values(), relay, ...(carbons ?? [])].map(server => server?.stop()));
});

async function startCarbonIn(name: string, port?: number): Promise<Carbon> {
  await mkdir(join(dir, name), { recursive: true });
  return await startCarbon({ dir: join(dir, name), retention: '1s:5m', ...(port && { port }) });
}

/** Runs both hosts' crons, in both layouts, at the start of a minute, so that the sums are of both hosts. */
async function runAll(...more: readonly string[]): Promise<readonly Ran[]> {
  const all = [...hosts].flatMap(([host, { socket }]) =>
    Object.entries(layouts).map(([layout, scope]) => {
      const backend = ['--backend', `127.0.0.1:${relay.port}::${scope}`, '--type', 'G'];
      return ['--sockets', socket, '--hostname', host, '--layout', layout, ...backend, ...more];
    }),
  );
  await sleep(interval * 1000 - (Date.now() % (interval * 1000)));
  return await Promise.all(all.map(args => runBin(args)));
}

async function runAllSilently(...more: readonly string[]): Promise<void> {
  for (const ran of await runAll(...more)) expect(ran).toMatchObject(SILENT);
}

/** The points of a series wherever they are. */
async function read(path: string): Promise<ReadonlyMap<number, number>> {
  const [a, b] = await Promise.all(carbons.map(carbon => carbon.read(path)));
  return new Map([...(a ?? []), ...(b ?? [])]);
}

/** Resolves when every series of the hosts has this many points. */
async function everySeriesHas(points: number): Promise<void> {
  await everyOne(paths, async path => (await read(path)).size === points, `${points} points in every series`);
}

async function everyOne(
  series: readonly string[],
  check: (path: string) => Promise<boolean>,
  what: string,
): Promise<void> {
  const missing = new Set(series);
  const checkMissing = async () => {
    for (const path of missing) if (await check(path)) missing.delete(path);
    return missing.size === 0;
  };
  await waitFor(checkMissing, what, 20_000, 200).catch(error => {
    throw new Error(`${error.message}: not in ${missing.size}, ${[...missing].slice(0, 5).join(' ')}`);
  });
}

/** The series of the cluster that a host's frontend or backend belongs to; undefined for what is not merged. */
function clusterPath(path: string): string | undefined {
  const [scope, , ...rest] = path.split('.');
  const isObject =
    /^(haproxy\.lb\d\.1\.\w+\.(FRONTEND|BACKEND)|\w+\.lb\d\.haproxy\.(frontend|backend)\.\w+)\.(status\.)?\w+$/;
  if (!isObject.test(path) || !(ADDED.test(path) || TIME.test(path))) return undefined;
  return scope === 'haproxy'
    ? ['haproxy-cluster.all.all', ...rest.slice(1)].join('.')
    : ['loadbalancers-cluster.all', ...rest].join('.');
}

/** The series of the cluster, each with those of the hosts that it is made of. */
function clusterSeries(): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const path of paths) {
    const merged = clusterPath(path);
    if (merged !== undefined) sources.set(merged, [...(sources.get(merged) ?? []), path]);
  }
  return sources;
}

/** Combines the points of some series of the hosts, interval by interval. */
async function merge(series: readonly string[]): Promise<Map<number, number>> {
  const merged = new Map<number, number>();
  for (const path of series) {
    for (const [timestamp, value] of await read(path)) {
      const start = timestamp - (timestamp % interval);
      const before = merged.get(start) ?? 0;
      merged.set(start, TIME.test(path) ? Math.max(before, value) : before + value);
    }
  }
  return merged;
}

/** Waits for the sums of all that the hosts have sent so far; after that the relay has nothing left to send. */
async function everySumIsRight(): Promise<void> {
  const merged = new Map<string, ReadonlyMap<number, number>>();
  for (const [path, series] of clusterSeries()) merged.set(path, await merge(series));
  const isThere = async (path: string) => (await read(path)).size === merged.get(path)?.size;
  await everyOne([...merged.keys()], isThere, 'every sum');
  for (const [path, points] of merged) expect([path, await read(path)]).toEqual([path, points]);
}

async function seriesOnBothCarbons(): Promise<readonly string[]> {
  const [a, b] = await Promise.all(carbons.map(carbon => carbon.list()));
  return (a ?? []).filter(path => b?.includes(path));
}

test('every series is on exactly one carbon, and both have their share', async () => {
  await runAllSilently();
  await everySeriesHas(1);
  expect(await seriesOnBothCarbons()).toEqual([]);
  for (const carbon of carbons) expect((await carbon.list()).length).toBeGreaterThan(paths.length / 4);
});

test('frontends and backends are summed over the hosts, once, and nothing else is', async () => {
  const cluster = clusterSeries();
  const sums = [...cluster.keys()];
  expect(sums.length).toBeGreaterThan(200);
  for (const [path, series] of cluster) expect(series.length, path).toBeLessThanOrEqual(2);
  await everySumIsRight();
  const total = async (path: string) => [...(await read(path)).values()].reduce((sum, value) => sum + value);
  expect(await total('haproxy-cluster.all.all.web.FRONTEND.hrsp_2xx')).toBe(3 + 5);
  expect(await total('loadbalancers-cluster.all.haproxy.backend.app.stot')).toBe(3 + 5);
  const stored = (await Promise.all(carbons.map(carbon => carbon.list()))).flat();
  expect(stored.filter(path => path.includes('-cluster.')).sort()).toEqual(sums.sort());
  expect(await seriesOnBothCarbons()).toEqual([]);
});

test('a carbon that is killed between two minutes and comes back later has lost nothing', async () => {
  const before = (await read(paths[0] ?? '')).size;
  const { port } = carbons[1];
  await carbons[1].stop('SIGKILL');
  await waitFor(async () => !(await isConnectedTo(port)), 'the relay to close its idle connection');
  await runAllSilently();
  await runAllSilently();
  carbons[1] = await startCarbonIn('b', port);
  await everySeriesHas(before + 2);
  await everySumIsRight();
  expect(await seriesOnBothCarbons()).toEqual([]);
});

test('what was read while the relay was gone waits in the spools of the hosts', async () => {
  const before = (await read(paths[0] ?? '')).size;
  await relay.stop();
  const spool = ['--spool', join(dir, 'spool')];
  const ran = await runAll(...spool, '--retries', '0');
  for (const { code } of ran) expect(code).toBe(3);
  // An outage is said once; here all hosts have one spool.
  expect(ran.map(({ stderr }) => stderr).join('')).toMatch(
    /: connection refused: nothing listens there; \d+ datapoints wait in /,
  );
  relay = await startRelay({ dir, port: relay.port, carbons: [carbons[0].port, carbons[1].port] });
  await runAllSilently(...spool);
  await everySeriesHas(before + 2);
  expect(await seriesOnBothCarbons()).toEqual([]);
});
