import { expect, test } from 'vitest';
import {
  hasProxies,
  isSameProcess,
  listProxies,
  mayBeSameProcess,
  nameProcess,
} from '../../src/haproxy/identity.ts';
import { parseStat } from '../../src/haproxy/stat.ts';
import type { Snapshot } from '../../src/types.ts';
import { endpoint, processAt } from '../helpers/processes.ts';

const HEADER = '# pxname,svname,pid,iid,type,lastchg,\n';
const ROWS = 'web,one,1,2,2,100,\nweb,BACKEND,1,2,1,500,\n';

function process(info: Record<string, number>, rows = ROWS, answered = 10_000): Snapshot {
  return {
    ...processAt(endpoint('/a', 'a'), info),
    answered,
    stat: parseStat(Buffer.from(HEADER + rows)),
  };
}

test('a process is named by its pid, a stats page by nothing', () => {
  expect(nameProcess(process({ Pid: 7 }))).toBe('7 ');
  expect(nameProcess(process({}))).toBeUndefined();
});

test('equal pids are one process only if start and proxies are equal', () => {
  const one = process({ Pid: 7, Start_time_sec: 100 });
  expect(isSameProcess(one, process({ Pid: 7, Start_time_sec: 100 }, `${ROWS}web,two,1,2,2,1,\n`))).toBe(
    true,
  );
  expect(isSameProcess(one, process({ Pid: 7, Start_time_sec: 101 }))).toBe(false);
  expect(isSameProcess(one, process({ Pid: 7, Start_time_sec: 100 }, 'api,one,1,3,2,1,\n'))).toBe(false);
});

test('before HAProxy 2.4 the start follows from the uptime at the time of the answer', () => {
  const one = process({ Uptime_sec: 50 });
  expect(isSameProcess(one, process({ Uptime_sec: 55 }, ROWS, 15_200))).toBe(true);
  expect(isSameProcess(one, process({ Uptime_sec: 55 }))).toBe(false);
});

test('a page may be of a process unless a row changed at another time', () => {
  const one = process({});
  expect(mayBeSameProcess(one, process({}, 'web,one,1,2,2,101,\n', 11_000))).toBe(true);
  expect(mayBeSameProcess(one, process({}, 'web,one,1,2,2,140,\n', 11_000))).toBe(false);
  // A change between the two answers is in one of them only.
  expect(mayBeSameProcess(one, process({}, 'web,one,1,2,2,0,\n', 11_000))).toBe(true);
});

test('proxies are listed once each, whatever their order', () => {
  expect([...listProxies(process({}).stat)]).toEqual(['1 2 web']);
  const rows = ['b,x,1,3,2,0,\n', 'b,y,1,3,2,0,\n', 'a,x,1,2,2,0,\n'];
  expect([...listProxies(process({}, rows.join('')).stat)]).toEqual(['1 3 b', '1 2 a']);
});

test('one has the proxies of another if none of them is missing', () => {
  const [both, one] = [new Set(['1 2 a', '1 3 b']), new Set(['1 3 b'])];
  expect([hasProxies(both, one), hasProxies(one, both), hasProxies(both, both)]).toEqual([true, false, true]);
  expect(hasProxies(both, new Set(['1 4 c']))).toBe(false);
});
