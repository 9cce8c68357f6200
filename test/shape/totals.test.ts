import { expect, test } from 'vitest';
import { now } from '../../src/clock.ts';
import { parseInfo } from '../../src/haproxy/info.ts';
import { parseStat } from '../../src/haproxy/stat.ts';
import { findTotals, takeTotals } from '../../src/shape/totals.ts';
import { mergeTotals, writeTotals } from '../../src/shape/totals-text.ts';
import type { Snapshot } from '../../src/types.ts';

/** A process with one frontend: what it says of itself, its endpoint and its sessions. */
function snapshot(info: string, label = 'unix:/a', proxy = 'web', sessions = 1): Snapshot {
  const answer = parseInfo(Buffer.from(`Name: HAProxy\n${info}\n\n`));
  if (answer === undefined) throw new Error('no info');
  return {
    endpoint: { kind: 'socket', label, name: 'a', address: { path: '/a' } },
    answered: now(),
    bytes: 0,
    info: answer.info,
    stat: parseStat(Buffer.from(`# pxname,svname,stot,type,\n${proxy},FRONTEND,${sessions},0,\n`)),
  };
}

const CONTAINER = 'Pid: 1\nnode: n\nStart_time_sec: 100';

test('of two containers alike one that was not read is kept, and none is taken for the other', () => {
  const [a, b] = [snapshot(CONTAINER), snapshot(CONTAINER, 'unix:/b', 'app')];
  const both = takeTotals([a, b], undefined, 1000);
  const without = takeTotals([b], both, 1060);
  expect(without.processes.map(({ endpoint, seen }) => [endpoint, seen])).toEqual([
    ['unix:/b', 1060],
    ['unix:/a', 1000],
  ]);
  expect(findTotals([a, b], without).get(a)?.endpoint).toBe('unix:/a');
  expect(findTotals([a], takeTotals([b], undefined, 1000)).get(a)).toBeUndefined();
});

test('a process whose socket has another name now is found by its proxies, unless the name before is read as well', () => {
  const before = takeTotals([snapshot(CONTAINER)], undefined, 1000);
  const moved = snapshot(CONTAINER, 'unix:/b');
  expect(findTotals([moved], before).get(moved)?.endpoint).toBe('unix:/a');
  expect(findTotals([moved, snapshot(CONTAINER)], before).get(moved)).toBeUndefined();
});

test('two processes that answer at their sockets by turns are each found, and stored once', () => {
  const [p, q] = ['Pid: 7\nnode: n\nStart_time_sec: 100', 'Pid: 8\nnode: n\nStart_time_sec: 100'] as const;
  const before = takeTotals([snapshot(p), snapshot(q, 'unix:/b')], undefined, 1000);
  const swapped = [snapshot(q), snapshot(p, 'unix:/b')];
  const found = findTotals(swapped, before);
  expect(swapped.map(one => found.get(one)?.endpoint)).toEqual(['unix:/b', 'unix:/a']);
  expect(takeTotals(swapped, before, 1060).processes).toHaveLength(2);
});

test('of what several lines have stored of a process the newest counts, though two were read in one second', () => {
  const at = (conns: number, label = 'unix:/a') => snapshot(`${CONTAINER}\nCumConns: ${conns}`, label);
  const [first, second, third] = [
    takeTotals([at(5)], undefined, 1000),
    takeTotals([at(7), at(1, 'unix:/b')], undefined, 1000),
    takeTotals([at(6)], undefined, 990),
  ];
  const merged = mergeTotals(first, [writeTotals(third), 'damaged', writeTotals(second)]);
  expect(merged?.processes.map(({ endpoint, info }) => [endpoint, info.CumConns])).toEqual([
    ['unix:/a', 7],
    ['unix:/b', 1],
  ]);
  expect(mergeTotals(undefined, [])).toBeUndefined();
});

test('a process that has ended is forgotten when another with its pid answers at its endpoint', () => {
  const before = takeTotals([snapshot(CONTAINER)], undefined, 1000);
  const restarted = snapshot('Pid: 1\nnode: n\nStart_time_sec: 1010');
  expect(takeTotals([restarted], before, 1060).processes).toHaveLength(1);
  const beside = snapshot('Pid: 2\nnode: n\nStart_time_sec: 100');
  expect(takeTotals([beside], before, 1060).processes).toHaveLength(2);
});

test('before HAProxy 2.4 the start is that of the moment of the answer, whenever it is asked for', () => {
  const old = { ...snapshot('Pid: 8\nnode: n\nUptime_sec: 50'), answered: now() - 20_000 };
  const [one] = takeTotals([old], undefined, 1000).processes;
  expect(Math.abs((one?.start ?? 0) - (Date.now() / 1000 - 70))).toBeLessThan(2);
});
