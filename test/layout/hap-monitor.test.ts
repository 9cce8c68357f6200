import { describe, expect, it } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import { hapMonitor } from '../../src/layout/hap-monitor.ts';
import type { Naming } from '../../src/layout/layout.ts';
import { cleaner } from '../../src/layout/name.ts';
import { namePoints } from '../../src/layout/points.ts';
import type { Endpoint, ProcessSubject, SampleTable, Snapshot } from '../../src/types.ts';
import { listPoints } from '../helpers/listing.ts';

const clean = cleaner({ dots: false, colons: true });

function endpoint(path: string, name: string): Endpoint {
  return { kind: 'socket', label: `unix:${path}`, name, address: { path } };
}

function snapshot(at: Endpoint, info: Record<string, number> = {}): Snapshot {
  const fields = Object.entries(info).map(
    ([field, number]) => [field, { text: String(number), number }] as const,
  );
  return {
    endpoint: at,
    answered: 0,
    info: new Map(fields),
    stat: parseStat(Buffer.from('# pxname,svname,\n')),
  };
}

const NAMING: Omit<Naming, 'endpoints'> = {
  scope: 'lb',
  host: 'lb1',
  type: 'graphite',
  keepDots: false,
  groups: { doubleWrites: false, frontend: [], backend: [], server: [] },
};

function prefix(subject: ProcessSubject, naming: Partial<Naming> = {}): string | undefined {
  const endpoints = { list: [subject.snapshot.endpoint], single: true };
  return hapMonitor
    .places({ ...NAMING, endpoints, ...naming })(subject)[0]
    ?.prefix.slice(0, -1);
}

const A = endpoint('/run/a/stats.sock', 'stats');
const B = endpoint('/run/b/stats.sock', 'stats');
const C = endpoint('/run/c.sock', 'c');

describe("HAP-Monitor's paths", () => {
  it('are SCOPE.HOST.PROCESS and SCOPE.HOST.PROCESS.PROXY.SERVICE', () => {
    const one = snapshot(A, { Nbproc: 1, Process_num: 1 });
    expect(prefix({ snapshot: one })).toBe('lb.lb1.1');
    expect(prefix({ snapshot: one, row: { type: undefined, proxy: 'web', service: 'FRONTEND' } })).toBe(
      'lb.lb1.1.web.FRONTEND',
    );
  });

  it('say Process_num of a single endpoint, and 1 for a stats page, which does not tell', () => {
    expect(prefix({ snapshot: snapshot(A, { Nbproc: 1, Process_num: 3 }) })).toBe('lb.lb1.3');
    expect(prefix({ snapshot: snapshot(A) })).toBe('lb.lb1.1');
  });

  it('say Process_num of the processes of one HAProxy', () => {
    const endpoints = { list: [A, C], single: false };
    expect(prefix({ snapshot: snapshot(A, { Nbproc: 2, Process_num: 2 }) }, { endpoints })).toBe('lb.lb1.2');
  });

  it("say the endpoint's name of independent HAProxies, and all of its path where two share the name", () => {
    const endpoints = { list: [A, B, C], single: false };
    const one = { Nbproc: 1, Process_num: 1 };
    expect(prefix({ snapshot: snapshot(A, one) }, { endpoints })).toBe('lb.lb1.run_a_stats');
    expect(prefix({ snapshot: snapshot(B, one) }, { endpoints })).toBe('lb.lb1.run_b_stats');
    expect(prefix({ snapshot: snapshot(C, one) }, { endpoints })).toBe('lb.lb1.c');
  });

  it('number paths that differ only in what is cleaned away: no two HAProxies share a branch', () => {
    const twins = [endpoint('/run/c.d/x.sock', 'x'), endpoint('/run/c_d/x.sock', 'x')];
    const endpoints = { list: twins, single: false };
    const named = twins.map(twin => prefix({ snapshot: snapshot(twin) }, { endpoints }));
    expect(named).toEqual(['lb.lb1.run_c_d_x_1', 'lb.lb1.run_c_d_x_2']);
  });

  it('keep the host and the process one level even where dots are kept', () => {
    const row = { type: undefined, proxy: 'be.api', service: 's.1' };
    const dotted = endpoint('/run/a.b.sock', 'a.b');
    const naming = {
      host: 'lb1.example',
      keepDots: true,
      endpoints: { list: [dotted], single: false },
    };
    expect(prefix({ snapshot: snapshot(dotted), row }, naming)).toBe('lb.lb1_example.a_b.be.api.s.1');
  });
});

describe('a name', () => {
  it.each([
    ['web-01_A:b', 'web-01_A:b'],
    ['s.1', 's_1'],
    ['a b\tc\nd', 'a_b_c_d'],
    ['x;y=z', 'x_y_z'],
    ['../../etc', '______etc'],
    ['größe', 'gr__e'],
    ['🐘', '_'],
    ['', '_'],
    ['a|b@c#d', 'a_b_c_d'],
  ])('%j is the level %j', (name, level) => {
    expect(clean(name)).toBe(level);
  });

  it('loses its colons for StatsD', () => {
    expect(cleaner({ dots: false, colons: false })('tcp:in')).toBe('tcp_in');
  });

  it.each([
    ['a.b', 'a.b'],
    ['.a', '_a'],
    ['a.', 'a_'],
    ['a..b', 'a_.b'],
    ['...', '___'],
    ['.', '_'],
  ])('%j with dots kept is %j: no level is empty', (name, levels) => {
    expect(cleaner({ dots: true, colons: true })(name)).toBe(levels);
  });
});

describe('the points of samples', () => {
  const one = snapshot(A, { Process_num: 1 });
  const naming: Naming = { ...NAMING, host: 'h', endpoints: { list: [A], single: true } };

  function name(...samples: SampleTable<ProcessSubject>[]): { points: unknown[]; clashes: string[] } {
    const clashes: string[] = [];
    const points = listPoints(namePoints(samples, hapMonitor, naming, path => clashes.push(path)));
    return { points, clashes };
  }

  it('have the field and the state behind the prefix, the field cleaned', () => {
    const row: ProcessSubject = { snapshot: one, row: { type: undefined, proxy: 'app', service: 's' } };
    expect(
      name(
        {
          subjects: [{ snapshot: one }],
          fields: [{ name: 'Unstoppable Jobs' }],
          values: [Float64Array.of(3)],
        },
        {
          subjects: [row],
          fields: [{ name: 'scur' }, { name: 'qcur' }, { name: 'status', state: 'UP' }],
          values: [1, Number.NaN, 0].map(value => Float64Array.of(value)),
        },
      ).points,
    ).toEqual([
      ['lb.h.1.Unstoppable_Jobs', 3],
      ['lb.h.1.app.s.scur', 1],
      ['lb.h.1.app.s.status.UP', 0],
    ]);
  });

  it('are those of the first where two names become one path, and the clash is told', () => {
    const samples = (...services: string[]): SampleTable<ProcessSubject> => ({
      subjects: services.map(service => ({
        snapshot: one,
        row: { type: undefined, proxy: 'app', service },
      })),
      fields: [{ name: 'scur' }],
      values: [Float64Array.from(services, (_, index) => index + 1)],
    });
    expect(name(samples('s.1', 's_1', 'S_1'), samples('s:1', 's_1'))).toEqual({
      points: [
        ['lb.h.1.app.s_1.scur', 1],
        ['lb.h.1.app.S_1.scur', 3],
        ['lb.h.1.app.s:1.scur', 1],
      ],
      clashes: ['lb.h.1.app.s_1', 'lb.h.1.app.s_1'],
    });
  });
});
