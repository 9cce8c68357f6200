import { expect, test } from 'vitest';
import { describeReading, nameProcesses } from '../../src/commands/steps.ts';
import type { Snapshot } from '../../src/types.ts';
import { answerOf, everythingOf, planOf } from '../helpers/everything.ts';

const HEADER = 'pxname,svname,type';
const ROWS = ['web,FRONTEND,0', 'app,BACKEND,1'];
const NEEDED = ['--sockets', '/s', '--dry-run'];

const one = answerOf(['Version: 3.0.1', 'Pid: 42', 'node: lb1'], HEADER, ...ROWS);
const two = answerOf(['Version: 2.6.12', 'Pid: 43', 'node: lb1'], HEADER, 'web,FRONTEND,0');

test('each endpoint is a line with its process, its name in paths, rows, bytes and time; the last is the sum', async () => {
  const read = everythingOf({ a: one, b: two });
  const [first, second] = read.haproxy.answered.map((snapshot, index) => ({
    ...snapshot,
    answered: 100.4 + 20 * index,
  }));
  const answered = [first, second] as Snapshot[];
  const timed = { ...read, haproxy: { ...read.haproxy, answered }, from: 90, until: 131.6 };
  expect(describeReading(timed, await planOf(...NEEDED))).toEqual([
    `unix:/run/a.sock: HAProxy 3.0.1, node lb1, pid 42, named a in paths, 2 rows, ${one.length} bytes, 10 ms`,
    `unix:/run/b.sock: HAProxy 2.6.12, node lb1, pid 43, named b in paths, 1 rows, ${two.length} bytes, 30 ms`,
    '2 endpoints read in 42 ms',
  ]);
});

test('two endpoints of one process, and a pair that may be one, are told as such', async () => {
  const read = everythingOf({ a: one, b: one });
  const lines = describeReading(read, await planOf(...NEEDED));
  expect(lines[2]).toBe('unix:/run/b.sock: the same process as unix:/run/a.sock, counted once');
  const [snapshot, of] = read.haproxy.answered as [Snapshot, Snapshot];
  const doubtful = { ...read.haproxy, repeated: [], doubtful: [{ snapshot, of }] };
  expect(describeReading({ ...read, haproxy: doubtful }, await planOf(...NEEDED))[2]).toBe(
    'unix:/run/a.sock: may be the same process as unix:/run/b.sock, counted twice then',
  );
});

test('a master whose old workers do not all tell their connections is told as such', async () => {
  const old = ['old_workers.count: 2', 'old_workers.oldest_seconds: 60'];
  const read = everythingOf({
    a: answerOf([...old, 'Pid: 42'], HEADER, ...ROWS),
    b: answerOf([...old, 'Pid: 43', 'old_workers.CurrConns: 0'], HEADER, ...ROWS),
  });
  const lines = describeReading(read, await planOf(...NEEDED));
  expect(lines.slice(2)).toEqual([
    'unix:/run/a.sock: an old worker does not tell its connections, old_workers.CurrConns is left out',
    '2 endpoints read in 0 ms',
  ]);
});

test('what a stats page does not say of its process is left out', async () => {
  const read = everythingOf({ a: one });
  const answered = read.haproxy.answered.map(snapshot => ({ ...snapshot, info: new Map() }));
  const page = { ...read, haproxy: { ...read.haproxy, answered } };
  expect(describeReading(page, await planOf(...NEEDED))[0]).toBe(
    `unix:/run/a.sock: HAProxy, named 1 in paths, 2 rows, ${one.length} bytes, 0 ms`,
  );
});

test('hook snapshots are lines too, and the sum speaks of what was asked for', async () => {
  const plan = await planOf(...NEEDED);
  const source = { kind: 'file', label: 'a.json', path: 'a.json' } as const;
  const hooks = { read: [source], series: [], failures: [] };
  expect(describeReading({ ...everythingOf({}), hooks }, plan)).toEqual([
    'a.json: read',
    '1 hook snapshot read in 0 ms',
  ]);
  expect(describeReading({ ...everythingOf({ a: one }), hooks }, plan).at(-1)).toBe(
    '1 endpoint and 1 hook snapshot read in 0 ms',
  );
  expect(describeReading(everythingOf({}), plan)).toEqual(['0 endpoints read in 0 ms']);
});

test('a name is written as the first destination does, and as for Graphite where there is none', async () => {
  const { haproxy } = everythingOf({ 'a:b': one, c: two });
  const [snapshot] = haproxy.answered as [Snapshot];
  const plan = await planOf('--sockets', '/s', '--backend', 'h', '--type', 'S');
  expect(nameProcesses(haproxy, plan)(snapshot)).toBe('a_b');
  const graphite = await planOf('--sockets', '/s', '--backend', 'h', '--type', 'G');
  expect(nameProcesses(haproxy, graphite)(snapshot)).toBe('a:b');
  expect(nameProcesses(haproxy, { ...plan, destinations: [] })(snapshot)).toBe('a:b');
  expect(nameProcesses(haproxy, { ...plan, processName: 'number' })(snapshot)).toBe('1');
});
