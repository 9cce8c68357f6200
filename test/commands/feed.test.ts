import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { feed, feedAll } from '../../src/commands/feed.ts';
import { openLayout } from '../../src/commands/points.ts';
import type { Destination, Plan } from '../../src/plan.ts';
import { freePort } from '../../tools/players/process.ts';
import { collect } from '../helpers/collect.ts';
import { answerOf, everythingOf, planOf } from '../helpers/everything.ts';
import { receive } from '../helpers/per-test.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { openSpoolAt, takeAll } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const NOW = 1_800_000_000;
const READ = everythingOf({
  a: answerOf(
    ['Pid: 1'],
    'pxname,svname,type,scur',
    'web,FRONTEND,0,3',
    'w.b,FRONTEND,0,4',
    'w_b,FRONTEND,0,5',
    'w+b,FRONTEND,0,6',
  ),
});
const POINTS = [`lb.h.1.web.FRONTEND.scur 3 ${NOW}`, `lb.h.1.w_b.FRONTEND.scur 4 ${NOW}`];
const ODDITY = 'lb.h.1.w_b.FRONTEND: two names become this path, only the first is sent';

/** A port whose server reads something, then resets the connection. */
async function resetPort(): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Feeds a Graphite at a port. */
async function start(port: number, own: Partial<Plan> = {}, read = READ, retries = 0) {
  const flags = ['--sockets', '/s', '--dry-run', '--hostname', 'h', '--metrics', 'scur'];
  const plan = { ...(await planOf(...flags)), dryRun: false, ...own };
  const backend = { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port } as const;
  const destination: Destination = { backend, scope: 'lb', limits: sendLimits({ retries }) };
  const [stdout, told] = [collect(), [] as string[]];
  const voice = { tell: (step: string) => void told.push(step), tellWait: () => undefined };
  const { signal } = new AbortController();
  const failures = await feed(destination, {
    plan,
    read,
    namePoints: await openLayout(plan.layout),
    timestamp: NOW,
    signal,
    voice,
    streams: { stdout },
  });
  const said = failures.map(({ code, message }) => `${code} ${message}`);
  return { said, told, printed: stdout.text(), backend };
}

test('the datapoints go out at the run’s timestamp, and an oddity that comes twice is told once', async () => {
  const receiver = await receive();
  const { said, told } = await start(receiver.port);
  expect([said, receiver.lines()]).toEqual([[], POINTS]);
  expect(told.filter(text => text === ODDITY)).toHaveLength(1);
});

test('an oddity is told once, however many attempts there are', async () => {
  const again = await start(await resetPort(), {}, READ, 2);
  expect(again.told).toEqual([ODDITY]);
});

test('a dry run prints them, and neither sends nor keeps', async () => {
  const [receiver, spool] = [await receive(), join(await tempDir(), 'spool')];
  mkdirSync(spool, { mode: 0o700 });
  const { said, printed } = await start(receiver.port, { dryRun: true, spool });
  expect([said, printed]).toEqual([[], `${POINTS.join('\n')}\n`]);
  expect([receiver.lines(), readdirSync(spool)]).toEqual([[], []]);
});

test('a dry run with several destinations prints one after the other, each below its address', async () => {
  const plan = await planOf('--sockets', '/s', '--dry-run', '--hostname', 'h', '--metrics', 'scur');
  const destinations = [2003, 2004].map(
    (port): Destination => ({
      backend: { type: 'graphite', protocol: 'tcp', host: 'g', port },
      scope: 'lb',
      limits: sendLimits({}),
    }),
  );
  const [stdout, { signal }] = [collect(), new AbortController()];
  const feeding = {
    read: READ,
    timestamp: NOW,
    signal,
    voice: { tellWait: () => undefined },
    streams: { stdout },
  };
  const namePoints = await openLayout(plan.layout);
  expect(await feedAll({ plan: { ...plan, destinations }, namePoints, ...feeding })).toEqual([]);
  expect(stdout.text().split('\n')).toEqual(['# tcp://g:2003', ...POINTS, '# tcp://g:2004', ...POINTS, '']);
});

test('without a spool what is not delivered is lost; with one it waits', async () => {
  const port = await freePort();
  const refused = `tcp://127.0.0.1:${port}: connection refused: nothing listens there`;
  expect((await start(port)).said).toEqual([`deliver ${refused}; 2 datapoints are lost`]);
  const spool = join(await tempDir(), 'spool');
  const { said, backend } = await start(port, { spool });
  expect(said).toEqual([`kept ${refused}; 2 datapoints wait in ${spool}/127.0.0.1_${port}`]);
  expect(takeAll(openSpoolAt(spool, [], backend)).join('')).toBe(`${POINTS.join('\n')}\n`);
});

test('where the receiver is down the run’s own numbers are kept without an attempt, and lost without a spool', async () => {
  const [port, spool] = [await freePort(), join(await tempDir(), 'spool')];
  const { said, backend } = await start(port, { spool, selfMetrics: true });
  expect(said).toHaveLength(1);
  const kept = takeAll(openSpoolAt(spool, [], backend)).join('');
  expect(kept).toContain(`lb.h.hap-monitor.datapoints.spooled 2 ${NOW}\n`);
  expect(kept).toContain(`lb.h.hap-monitor.datapoints.sent 0 ${NOW}\n`);
  expect((await start(port, { selfMetrics: true })).said).toEqual([
    expect.stringContaining('; 2 datapoints are lost'),
  ]);
});

test('the run’s own numbers follow the datapoints, also where nothing was read', async () => {
  const receiver = await receive();
  await start(receiver.port, { selfMetrics: true });
  const [points, self = ''] = receiver.texts();
  expect(points).toBe(`${POINTS.join('\n')}\n`);
  expect(self).toMatch(/^lb\.h\.hap-monitor\.heartbeat 1 1800000000\n/);
  expect(self).toContain(`\nlb.h.hap-monitor.endpoints.read 1 ${NOW}\n`);
  expect(self).toContain(`\nlb.h.hap-monitor.datapoints.sent 2 ${NOW}\n`);
  const nothing = await receive();
  await start(nothing.port, { selfMetrics: true }, everythingOf({}));
  expect(nothing.texts()).toEqual([expect.stringContaining(`datapoints.sent 0 ${NOW}\n`)]);
});

test('where nothing was read the backlog is sent all the same; without a spool nobody is connected to', async () => {
  const [port, spool] = [await freePort(), join(await tempDir(), 'spool')];
  await start(port, { spool });
  expect((await start(port, {}, everythingOf({}))).said).toEqual([]);
  const receiver = await receive(port);
  expect((await start(port, { spool }, everythingOf({}))).said).toEqual([]);
  expect(receiver.lines()).toEqual(POINTS);
});

test('a spool that cannot be used is said, and the datapoints are delivered', async () => {
  const [receiver, spool] = [await receive(), join(await tempDir(), 'spool')];
  mkdirSync(spool);
  chmodSync(spool, 0o777);
  expect((await start(receiver.port, { spool })).said).toEqual([
    `spool ${spool}: the spool directory can be written to by others (mode 777): chmod 700 ${spool}`,
  ]);
  expect(receiver.lines()).toEqual(POINTS);
});

test('an unexpected error costs this destination alone, and is said to be one', async () => {
  const broken = {
    ...READ,
    get hooks(): never {
      throw new TypeError('x is not a function');
    },
  };
  expect((await start(1, {}, broken)).said).toEqual([
    'deliver internal error, please report it: x is not a function',
  ]);
});
