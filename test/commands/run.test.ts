import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { Failure } from '../../src/errors.ts';
import type { Plan } from '../../src/plan.ts';
import { freePort } from '../../tools/players/process.ts';
import { collect } from '../helpers/collect.ts';
import { planOf } from '../helpers/everything.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';

const NEVER = new AbortController().signal;

async function start(plan: Plan, stop = NEVER) {
  const [stdout, stderr] = [collect(), collect()];
  const { failures, muted } = await run(plan, { stdin: Readable.from([]), stdout, stderr }, stop);
  return {
    failures: failures.map(({ code, message }) => `${code} ${message}`),
    muted: muted?.map(({ code }) => code),
    stdout: stdout.text(),
    stderr: stderr.text(),
  };
}

function planFor(socket: string, port: number, ...more: readonly string[]): Promise<Plan> {
  const backend = ['--backend', `127.0.0.1:${port}`, '--type', 'G', '--retries', '0', '--pull-retries', '0'];
  return planOf('--sockets', socket, ...backend, '--hostname', 'lb1', '--metrics', 'scur', ...more);
}

test('each destination gets the same datapoints, of one time, once, and a good run says nothing', async () => {
  const { socket } = await playHaproxy();
  const receivers = [await receive(), await receive()] as const;
  const plan = await planFor(socket, receivers[0].port);
  const [first] = plan.destinations;
  if (first === undefined) return expect.fail('the plan has no destination');
  const second = { ...first, backend: { ...first.backend, port: receivers[1].port } as typeof first.backend };
  const said = await start({ ...plan, destinations: [first, second] });
  expect(said).toEqual({ failures: [], muted: undefined, stdout: '', stderr: '' });
  const [one, two] = receivers.map(receiver => receiver.lines());
  expect(one).toEqual(two);
  expect(new Set(one).size).toBe(one?.length);
  expect(new Set(one?.map(line => line.split(' ')[2])).size).toBe(1);
});

test('failures come in the order of the work: warnings, reading, metrics, the limit, delivery', async () => {
  const { dir, socket } = await playHaproxy();
  const port = await freePort();
  const plan = await planFor(socket, port, '--max-datapoints', '1', '--self-metrics');
  const warnings = [new Failure('warning', '--x', 'odd')];
  const codes = async (metrics: readonly string[], sockets = plan.endpoints) =>
    (await start({ ...plan, warnings, metrics, endpoints: sockets })).failures.map(
      text => text.split(': ')[0],
    );
  expect(await codes(['scur', 'scurr'])).toEqual([
    'warning --x',
    'read --metrics',
    'read --max-datapoints',
    `deliver tcp://127.0.0.1:${port}`,
  ]);
  const sockets = [...plan.endpoints, { kind: 'path', path: `${dir}/none.sock` }] as const;
  expect(await codes(['scur', 'scurr'], sockets)).toEqual([
    'warning --x',
    `read unix:${dir}/none.sock`,
    'read --max-datapoints',
    `deliver tcp://127.0.0.1:${port}`,
  ]);
});

test('above --max-datapoints the reduced run is what is sent', async () => {
  const { socket } = await playHaproxy();
  const receiver = await receive();
  const { failures } = await start(await planFor(socket, receiver.port, '--max-datapoints', '9'));
  const left = Number(/(\d+) are sent$/.exec(failures[0] ?? '')?.[1]);
  expect(failures).toHaveLength(1);
  expect(receiver.lines()).toHaveLength(left);
});

test('a verbose run says notes and what was read before it sends; a dry run prints the datapoints', async () => {
  const { socket } = await playHaproxy();
  const plan = await planFor(socket, 9, '--dry-run', '--verbose');
  const { stdout, stderr } = await start({ ...plan, notes: ['a note'] });
  expect(stderr.split('\n').map(line => line.replace(/: HAProxy.*/, '').replace(/\d+ ms/, 'N ms'))).toEqual([
    'a note',
    `unix:${socket}`,
    '1 endpoint read in N ms',
    '',
  ]);
  expect(stdout).toMatch(/^(haproxy\.lb1\.1\.\S+\.scur \d+ \d{10}\n)+$/);
});

test('an outage that an earlier run has said is muted in the next', async () => {
  const { dir, socket } = await playHaproxy();
  const plan = await planFor(socket, await freePort(), '--spool', join(dir, 'spool'));
  expect((await start(plan)).failures).toEqual([expect.stringMatching(/^kept .* datapoints wait in /)]);
  expect(await start(plan)).toMatchObject({ failures: [], muted: ['kept'] });
});

test('a run that is stopped while it waits for another attempt ends, and its datapoints stay in the spool', async () => {
  const { dir, socket } = await playHaproxy();
  const plan = await planFor(socket, await freePort(), '--spool', join(dir, 'spool'));
  const destinations = plan.destinations.map(one => ({
    ...one,
    limits: { ...one.limits, retries: Infinity, interval: 60_000 },
  }));
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 500);
  expect((await start({ ...plan, destinations }, stop.signal)).failures).toEqual([
    expect.stringMatching(/^kept .*: connection refused: nothing listens there; \d+ datapoints wait in /),
  ]);
});
