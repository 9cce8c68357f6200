import { expect, test } from 'vitest';
import { now } from '../../src/clock.ts';
import { parseInfo } from '../../src/haproxy/info.ts';
import { parseStat } from '../../src/haproxy/stat.ts';
import { sinceBefore } from '../../src/shape/deltas.ts';
import { takeTotals } from '../../src/shape/totals.ts';
import { parseTotals, writeTotals } from '../../src/shape/totals-text.ts';
import type { Snapshot } from '../../src/types.ts';

const HEADER = '# pxname,svname,scur,stot,type,\n';

/** One process: `rows` of `web,a,SCUR,STOT,TYPE,`; its endpoint, what it says of itself, and its connections since it began. */
function snapshot(
  rows: string,
  { label = 'unix:/a', info = 'Pid: 8\nnode: n\nStart_time_sec: 100', conns = 0 } = {},
): Snapshot {
  const answer = parseInfo(Buffer.from(`Name: HAProxy\n${info}\nCumConns: ${conns}\n\n`));
  if (answer === undefined) throw new Error('no info');
  return {
    endpoint: { kind: 'socket', label, name: 'a', address: { path: '/a' } },
    answered: now(),
    bytes: 0,
    info: info === '' ? new Map() : answer.info,
    stat: parseStat(Buffer.from(HEADER + rows)),
  };
}

/** The sessions of each row, and the connections of the process, as they would be sent. */
function sent(now: Snapshot, before: readonly Snapshot[], at = 1000): readonly (number | undefined)[] {
  const totals =
    before.length === 0 ? undefined : parseTotals(writeTotals(takeTotals(before, undefined, at)));
  const [delta] = sinceBefore([now], totals);
  const values = new Float64Array(now.stat.length);
  delta?.stat.numbers([...values.keys()], 3, values);
  return [...values, delta?.info.get('CumConns')?.number];
}

const BEFORE = snapshot('web,a,1,10,2,\nweb,b,1,,2,\n', { conns: 50 });

test('what came since the run before is sent of fields that count, and the others as they are', () => {
  const now = snapshot('web,a,7,13,2,\nweb,b,1,,2,\n', { conns: 54 });
  expect(sent(now, [BEFORE])).toEqual([3, Number.NaN, 4]);
  const levels = new Float64Array(2);
  sinceBefore([now], takeTotals([BEFORE], undefined, 1000))[0]?.stat.numbers([0, 1], 2, levels);
  expect([...levels]).toEqual([7, 1]);
});

test('a first run sends none', () => {
  expect(sent(BEFORE, [])).toEqual([Number.NaN, Number.NaN, undefined]);
});

test('a process that was started since counts from zero, one that was there and not read sends none', () => {
  const reloaded = { info: 'Pid: 9\nnode: n\nStart_time_sec: 1010', conns: 5 };
  expect(sent(snapshot('web,a,1,4,2,\n', reloaded), [BEFORE])).toEqual([4, 5]);
  const atOnce = { info: 'Pid: 9\nnode: n\nStart_time_sec: 999', conns: 5 };
  expect(sent(snapshot('web,a,1,4,2,\n', atOnce), [BEFORE])).toEqual([4, 5]);
  const other = { info: 'Pid: 9\nnode: n\nStart_time_sec: 900', conns: 5 };
  expect(sent(snapshot('web,a,1,4,2,\n', other), [BEFORE])).toEqual([Number.NaN, undefined]);
});

test('two containers of one pid and node are two processes', () => {
  const other = snapshot('web,a,1,3,2,\n', {
    info: 'Pid: 8\nnode: n\nStart_time_sec: 102',
    label: 'unix:/b',
    conns: 1,
  });
  expect(sent(other, [BEFORE, other])).toEqual([0, 0]);
  expect(sent(other, [BEFORE])).toEqual([Number.NaN, undefined]);
});

test('before HAProxy 2.4 the start is computed from an uptime in whole seconds', () => {
  const old = (stot: number, uptime: number) =>
    snapshot(`web,a,1,${stot},2,\n`, { info: `Pid: 8\nnode: n\nUptime_sec: ${uptime}`, conns: stot });
  expect(sent(old(9, 51), [old(4, 50)])).toEqual([5, 5]);
  expect(sent(old(9, 5), [old(4, 50)], 100)).toEqual([9, 9]);
});

test('counters that were cleared, and servers that were added, count from zero', () => {
  const now = snapshot('web,a,1,2,2,\nweb,new,1,6,2,\n', { conns: 50 });
  expect(sent(now, [BEFORE])).toEqual([2, 6, 0]);
});

test('a process that one run could not read is remembered for the next, for a day', () => {
  const first = takeTotals([BEFORE], undefined, 1000);
  const without = takeTotals([], first, 1060);
  expect(takeTotals([], without, 1000 + 90_000).processes).toEqual([]);
  const now = snapshot('web,a,1,15,2,\n', { conns: 51 });
  const values = new Float64Array(1);
  sinceBefore([now], without)[0]?.stat.numbers([0], 3, values);
  expect(values[0]).toBe(5);
});

test('a stats page is known by its address', () => {
  const page = (label: string, stot: number) => snapshot(`web,a,1,${stot},2,\n`, { info: '', label });
  expect(sent(page('http://a', 7), [page('http://a', 5), page('http://b', 1)])).toEqual([2, undefined]);
});

test('a page at another address is another HAProxy', () => {
  const page = (label: string, stot: number) => snapshot(`web,a,1,${stot},2,\n`, { info: '', label });
  expect(sent(page('http://c', 7), [page('http://a', 5)])).toEqual([Number.NaN, undefined]);
});

test('of two containers that were started together each is compared with itself', () => {
  const info = 'Pid: 8\nnode: n\nUptime_sec: 50';
  const one = snapshot('web,a,1,10,2,\n', { info, label: 'unix:/a', conns: 10 });
  const other = (stot: number) => snapshot(`web,a,1,${stot},2,\n`, { info, label: 'unix:/b', conns: stot });
  expect(sent(other(13), [one, other(3)])).toEqual([10, 10]);
});

test('rows of one name are compared in their order', () => {
  const now = snapshot('web,pub,1,45,3,\nweb,pub,1,6,3,\n');
  expect(sent(now, [snapshot('web,pub,1,45,3,\nweb,pub,1,5,3,\n')])).toEqual([0, 1, 0]);
});

test('a process counts from zero that was started since its endpoint was last read, though runs between read others', () => {
  const other = snapshot('app,a,1,3,2,\n', { info: 'Pid: 5\nnode: n\nStart_time_sec: 90', label: 'unix:/b' });
  const first = takeTotals([BEFORE, other], undefined, 1000);
  const without = takeTotals([other], first, 1060);
  const now = snapshot('web,a,1,7,2,\n', { info: 'Pid: 9\nnode: n\nStart_time_sec: 1030', conns: 8 });
  const [delta] = sinceBefore([now], without);
  const values = new Float64Array(1);
  delta?.stat.numbers([0], 3, values);
  expect([values[0], delta?.info.get('CumConns')?.number]).toEqual([7, 8]);
});

test('a new process that loaded the counters of the one before goes on from those', () => {
  const info = 'Pid: 9\nnode: n\nStart_time_sec: 1010';
  const before = snapshot('web,FRONTEND,1,7000,0,\nweb,a,1,6000,2,\nnew,FRONTEND,1,10,0,\n', { conns: 7100 });
  const rows = 'web,FRONTEND,1,7020,0,\nweb,a,1,6010,2,\nnew,FRONTEND,1,4,0,\n';
  expect(sent(snapshot(rows, { info, conns: 24 }), [before])).toEqual([20, 10, 4, 24]);
  // Some may come between the answers to show info and show stat.
  expect(sent(snapshot(rows, { info, conns: 6900 }), [before])).toEqual([7020, 6010, 4, 6900]);
  expect(sent(snapshot(rows, { info, conns: 7024 }), [before])).toEqual([7020, 6010, 4, 7024]);
});

test('a process is new by the clock of this host, though that of HAProxy is behind', () => {
  const seconds = Math.floor(Date.now() / 1000);
  const info = `Pid: 9\nnode: n\nUptime_sec: 1\nStart_time_sec: ${seconds - 91}`;
  expect(sent(snapshot('web,a,1,4,2,\n', { info, conns: 5 }), [BEFORE], seconds - 30)).toEqual([4, 5]);
});

test('name servers are compared, too, and have no counters where only the process is known', () => {
  const servers = (sent: number): Snapshot => ({
    ...BEFORE,
    resolvers: parseStat(Buffer.from(`# id,pid,sent,\nns1,dns,${sent},\nns2,dns,3,\n`)),
  });
  const since = (before: Snapshot): readonly number[] => {
    const [delta] = sinceBefore([servers(1010)], takeTotals([before], undefined, 1000));
    const values = new Float64Array(2);
    delta?.resolvers?.numbers([0, 1], 2, values);
    return [...values];
  };
  expect(since(servers(1000))).toEqual([10, 0]);
  expect(since(BEFORE)).toEqual([Number.NaN, Number.NaN]);
});

test('the totals themselves stay within reach', () => {
  const [delta] = sinceBefore([BEFORE], takeTotals([BEFORE], undefined, 1000));
  const values = new Float64Array(1);
  delta?.stat.totals?.([0], 3, values);
  expect(values[0]).toBe(10);
});
