import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { findMistyped, readEverything } from '../../src/commands/read.ts';
import { Failure } from '../../src/errors.ts';
import type { Plan } from '../../src/plan.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { answerOf, everythingOf, planOf } from '../helpers/everything.ts';
import { noStdin } from '../helpers/hook-pages.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const NEVER = new AbortController().signal;

/** A socket that accepts and never answers. */
async function silentSocket(): Promise<string> {
  const path = join(await tempDir(), 'silent.sock');
  const server = createServer(socket => onTestFinished(() => void socket.destroy())).listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

test('endpoints and hook snapshots are read, from standard input too, and the time is taken', async () => {
  const { socket } = await playHaproxy();
  const plan = await planOf('--sockets', socket, '--hook-stats', '-', '--dry-run');
  const page = Buffer.from('# TYPE jobs gauge\njobs 3\n');
  const { haproxy, hooks, from, until } = await readEverything(plan, () => Readable.from([page]), NEVER);
  expect([haproxy.failures, hooks.failures]).toEqual([[], []]);
  expect(haproxy.answered.map(({ endpoint }) => endpoint.label)).toEqual([`unix:${socket}`]);
  expect(hooks.series.map(({ metric, figures }) => [metric, [...figures]])).toEqual([['jobs', [['', 3]]]]);
  expect(until).toBeGreaterThan(from);
});

test('what cannot be read is a failure of its own and hides nothing of the rest', async () => {
  const { dir, socket } = await playHaproxy();
  const file = join(dir, 'h.json');
  writeFileSync(file, 'x');
  const flags = ['--pull-retries', '0', '--hook-stats', file, '--dry-run'];
  const plan = await planOf('--sockets', socket, `${dir}/none.sock`, ...flags);
  const { haproxy, hooks } = await readEverything(plan, noStdin, NEVER);
  expect(haproxy.answered).toHaveLength(1);
  expect(haproxy.failures.map(({ code, where }) => [code, where])).toEqual([
    ['read', `unix:${dir}/none.sock`],
  ]);
  expect(hooks.failures.map(({ code, where }) => [code, where])).toEqual([['read', file]]);
});

test('an endpoint that does not answer is left at half of the deadline', async () => {
  const plan = await planOf('--sockets', await silentSocket(), '--dry-run');
  const deadline = 2 * (Math.ceil(process.uptime() * 1000) + 200);
  const begin = performance.now();
  const { haproxy } = await readEverything({ ...plan, deadline }, noStdin, NEVER);
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(haproxy.failures.map(({ what }) => what)).toEqual([
    expect.stringContaining(`not read within ${deadline / 2000} s, half of the deadline`),
  ]);
});

test('when the run is stopped, reading ends with its reason', async () => {
  const plan = await planOf('--sockets', await silentSocket(), '--dry-run');
  const stop = AbortSignal.abort(new Error('stopped by SIGTERM'));
  const { haproxy } = await readEverything(plan, noStdin, stop);
  expect(haproxy.failures.map(({ what }) => what)).toEqual([expect.stringContaining('stopped by SIGTERM')]);
});

test('resolvers and tables are asked for only where they are to be sent', async () => {
  const socket = join(await tempDir(), 's.sock');
  const haproxy = await serveAnswers(socket, recorded('2.6-p1'));
  onTestFinished(haproxy.stop);
  const ask = async (...more: readonly string[]) => {
    const from = haproxy.commands.length;
    await readEverything(await planOf('--sockets', socket, '--dry-run', ...more), noStdin, NEVER);
    return haproxy.commands.slice(from).join().split(/[,;]/);
  };
  expect(await ask()).toEqual(['show info', 'show stat']);
  expect(await ask('--kinds', 'tables')).toContain('show table');
  expect(await ask('--kinds', 'tables')).not.toContain('show stat domain resolvers');
  expect(await ask('--kinds', 'resolvers')).toContain('show stat domain resolvers');
});

test('a field that no HAProxy has numbers in is a failure with the nearest name', async () => {
  const read = everythingOf({ a: answerOf(['Pid: 1'], 'pxname,svname,type,scur', 'web,FRONTEND,0,3') });
  const find = async (...metrics: string[]) =>
    (await findMistyped({ metrics } as unknown as Plan, read)).map(
      ({ code, message }) => `${code} ${message}`,
    );
  expect(await find('scur', 'default', 's*')).toEqual([]);
  expect(await find('default', 'scurr')).toHaveLength(1);
  expect(await find('scurr', 'zzzzzzzz')).toEqual([
    'read --metrics: no HAProxy has numbers in a field "scurr"; did you mean scur?',
    'read --metrics: no HAProxy has numbers in a field "zzzzzzzz"',
  ]);
});

test('where an endpoint was not read no name is mistyped: that one may have it', async () => {
  const read = everythingOf({ a: answerOf(['Pid: 1'], 'pxname,svname,type,scur', 'web,FRONTEND,0,3') });
  const haproxy = { ...read.haproxy, failures: [new Failure('read', 'unix:/s', 'no such socket')] };
  expect(await findMistyped({ metrics: ['scurr'] } as unknown as Plan, { ...read, haproxy })).toEqual([]);
});

test('where no endpoint was asked no name is mistyped', async () => {
  expect(await findMistyped({ metrics: ['scur'] } as unknown as Plan, everythingOf({}))).toEqual([]);
});
