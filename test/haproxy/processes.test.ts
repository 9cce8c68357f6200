import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseAnswers, parsePage } from '../../src/haproxy/answer.ts';
import { findProcesses } from '../../src/haproxy/processes.ts';
import type { Snapshot } from '../../src/types.ts';

type Info = Record<string, string | number>;

const COLUMNS = '# pxname,svname,pid,iid,lastchg,type,\n';
const SHOP = ['shop,FRONTEND,1,2,,0,', 'shop,web1,1,2,500,2,', 'shop,BACKEND,1,2,500,1,'];
const MAIL = ['mail,FRONTEND,1,2,,0,', 'mail,BACKEND,1,2,500,1,'];

/** A socket's answer; `answered` in seconds. */
function socket(label: string, info: Info, rows: readonly string[] = SHOP, answered = 1): Snapshot {
  const lines = Object.entries({ Name: 'HAProxy', ...info }).map(([field, value]) => `${field}: ${value}\n`);
  return {
    endpoint: { kind: 'socket', label, name: label, address: { path: label } },
    answered: answered * 1000,
    ...parseAnswers(Buffer.from(`${lines.join('')}\n${COLUMNS}${rows.map(row => `${row}\n`).join('')}\n`)),
  };
}

function page(label: string, rows: readonly string[] = SHOP, answered = 1): Snapshot {
  return {
    endpoint: { kind: 'page', label, name: label, url: label },
    answered: answered * 1000,
    ...parsePage(Buffer.from(COLUMNS + rows.map(row => `${row}\n`).join(''))),
  };
}

function labels(...snapshots: Snapshot[]): string[] {
  return findProcesses(snapshots).distinct.map(({ endpoint }) => endpoint.label);
}

function doubts(...snapshots: Snapshot[]): string[][] {
  return findProcesses(snapshots).doubtful.map(({ snapshot, of }) => [
    snapshot.endpoint.label,
    of.endpoint.label,
  ]);
}

describe('two endpoints of one process are counted once', () => {
  const one = { Pid: 7, node: 'lb1', Start_time_sec: 1000 };

  it('when Pid, node, start time and proxies are the same', () => {
    const { distinct, repeated } = findProcesses([socket('a', one), socket('b', one)]);
    expect(distinct.map(({ endpoint }) => endpoint.label)).toEqual(['a']);
    expect(repeated.map(({ snapshot, of }) => [snapshot.endpoint.label, of.endpoint.label])).toEqual([
      ['b', 'a'],
    ]);
  });

  it('with all that is said of it, as of old workers by a master', () => {
    const master = socket('m', { ...one, 'old_workers.count': 1, Idle_pct: 9 });
    const [counted] = findProcesses([socket('a', { ...one, Idle_pct: 7 }), master]).distinct;
    expect(['old_workers.count', 'Idle_pct'].map(name => counted?.info.get(name)?.number)).toEqual([1, 7]);
  });

  it('when a server came or went between the answers', () => {
    expect(labels(socket('a', one), socket('b', one, [SHOP[0] ?? '', SHOP[2] ?? '']))).toEqual(['a']);
  });

  it.each([
    ['Pid', { ...one, Pid: 8 }],
    ['node', { ...one, node: 'lb2' }],
    ['start time', { ...one, Start_time_sec: 1001 }],
  ])('but not when the %s differs', (_what, other) => {
    expect(labels(socket('a', one), socket('b', other))).toEqual(['a', 'b']);
  });

  it.each([
    ['names', MAIL],
    ['numbers', SHOP.map(row => row.replace(',1,2,', ',1,3,'))],
    ['number', [...SHOP, ...MAIL]],
  ])('but not when the %s of their proxies differ', (_what, rows) => {
    expect(labels(socket('a', one), socket('b', one, rows))).toEqual(['a', 'b']);
  });

  it('but not when one says its start and the other, an older HAProxy, does not', () => {
    const old = { Pid: 7, node: 'lb1', Uptime_sec: 1 };
    expect(labels(socket('a', one), socket('b', old))).toEqual(['a', 'b']);
  });
});

describe('the start of an HAProxy before 2.4 is its uptime before its answer', () => {
  const old = (seconds: number): Info => ({ Pid: 7, node: 'lb1', Uptime_sec: seconds });

  it('which may tick between two answers', () => {
    expect(labels(socket('a', old(50)), socket('b', old(51), SHOP, 1.01))).toEqual(['a']);
  });

  it('so a second socket that answers seconds later is of the same process', () => {
    expect(labels(socket('a', old(50)), socket('b', old(55), SHOP, 6))).toEqual(['a']);
  });

  it('so a process that began seconds earlier is another one, even if both say the same uptime', () => {
    expect(labels(socket('a', old(3)), socket('b', old(1)))).toEqual(['a', 'b']);
    expect(labels(socket('a', old(50)), socket('b', old(50), SHOP, 6))).toEqual(['a', 'b']);
  });
});

describe('a stats page does not say of which process it is', () => {
  const one = { Pid: 7, node: 'lb1', Start_time_sec: 1000 };

  it('so it is counted beside a socket with the same proxies, and the pair is named', () => {
    expect(labels(socket('a', one), page('p'))).toEqual(['a', 'p']);
    expect(doubts(socket('a', one), page('p'))).toEqual([['p', 'a']]);
    expect(doubts(page('p'), socket('a', one))).toEqual([['a', 'p']]);
    expect(doubts(page('p'), page('q'))).toEqual([['q', 'p']]);
  });

  it('nor need it show all proxies, where it has a scope', () => {
    expect(doubts(socket('a', one, [...SHOP, ...MAIL]), page('p', MAIL))).toEqual([['p', 'a']]);
    expect(doubts(page('p', MAIL), socket('a', one, [...SHOP, ...MAIL]))).toEqual([['a', 'p']]);
    expect(doubts(page('p', [...SHOP, ...MAIL]), socket('a', one, MAIL))).toEqual([]);
  });

  it('but other proxies are of another process', () => {
    expect(doubts(socket('a', one), page('p', MAIL))).toEqual([]);
  });

  it('and so are the same proxies where a row changed its state at another time', () => {
    const later = SHOP.map(row => row.replace(',500,', ',510,'));
    expect(doubts(socket('a', one), page('p', later))).toEqual([]);
    expect(doubts(socket('a', one), page('p', later, 11))).toEqual([['p', 'a']]);
  });

  it('but a change that came between the two answers tells nothing', () => {
    const changed = SHOP.map(row => row.replace('web1,1,2,500,', 'web1,1,2,0,').replace(',500,', ',502,'));
    expect(doubts(socket('a', one), page('p', changed, 3))).toEqual([['p', 'a']]);
  });

  it('while two sockets are never in doubt', () => {
    expect(doubts(socket('a', one), socket('b', { ...one, Pid: 8 }))).toEqual([]);
  });
});

test('each process that answers is counted once, whoever answers and in whatever order', () => {
  const process = fc.record({
    Pid: fc.constantFrom(8, 9),
    node: fc.constantFrom('lb1', 'lb2'),
    start: fc.integer({ min: 1000, max: 1004 }),
    isOld: fc.boolean(),
    rows: fc.constantFrom(SHOP, MAIL),
  });
  type Process = typeof process extends fc.Arbitrary<infer P> ? P : never;
  // An old HAProxy says whole seconds: processes of one Pid, node and proxies are two if they began three seconds apart.
  const identity = ({ Pid, node, start, isOld, rows }: Process): string =>
    [Pid, node, isOld, isOld ? Math.floor(start / 3) * 3 : start, rows[0]].join();
  const beginOf = ({ start, isOld }: Process): number => (isOld ? Math.floor(start / 3) * 3 + 0.3 : start);
  const asks = fc.array(fc.record({ process, answered: fc.double({ min: 2000, max: 2002, noNaN: true }) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(asks, list => {
      const snapshots = list.map(({ process: one, answered }, index) => {
        const { Pid, node, start, isOld, rows } = one;
        const began = isOld ? { Uptime_sec: Math.floor(answered - beginOf(one)) } : { Start_time_sec: start };
        return socket(String(index), { Pid, node, ...began }, rows, answered);
      });
      const identityOf = ({ endpoint }: Snapshot): string => {
        const asked = list[Number(endpoint.label)];
        return asked === undefined ? '' : identity(asked.process);
      };
      const { distinct, repeated } = findProcesses(snapshots);
      const counted = distinct.map(identityOf);
      expect([...counted].sort()).toEqual([...new Set(list.map(({ process: one }) => identity(one)))].sort());
      for (const { snapshot, of } of repeated) expect(identityOf(snapshot)).toBe(identityOf(of));
    }),
  );
});
