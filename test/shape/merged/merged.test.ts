import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../../src/haproxy/answer.ts';
import type { Filter, MergeOptions } from '../../../src/plan.ts';
import { mergeSnapshots } from '../../../src/shape/merged/merged.ts';
import type { Snapshot } from '../../../src/types.ts';
import { everything } from '../../helpers/filters.ts';
import { listSubjects } from '../../helpers/listing.ts';
import { mergeOptions } from '../../helpers/merge-options.ts';

const HEADER = '# pxname,svname,type,lbtot,req_tot,smax,slim,qtime,throttle,weight,downtime,status,';

function snapshot(info: string, ...rows: string[]): Snapshot {
  return {
    endpoint: { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } },
    answered: 0,
    ...parseAnswers(Buffer.from(`Name: HAProxy\n${info}\n\n${[HEADER, ...rows].join('\n')}\n\n`)),
  };
}

function clean(name: string): string {
  return name.replaceAll('.', '_');
}

function merge(
  snapshots: Snapshot[],
  options: Partial<MergeOptions> = {},
  metrics: readonly string[] = ['default'],
  filter: Partial<Filter> = {},
): Record<string, number> {
  const merging = {
    options: { ...mergeOptions, ...options },
    metrics,
    filter: { ...everything, ...filter },
    clean,
  };
  const samples = mergeSnapshots(snapshots, merging, () => undefined);
  const values: Record<string, number> = {};
  for (const [subject, numbers] of listSubjects(samples)) {
    if (subject.kind === 'haproxystats') continue;
    const { kind, ...names } = subject;
    const object =
      'process' in names
        ? '/process'
        : Object.values(names)
            .map(name => `/${name}`)
            .join('');
    for (const [{ name, state }, value] of numbers) {
      values[`${kind}${object} ${name}${state === undefined ? '' : `.${state}`}`] = value;
    }
  }
  return values;
}

const TWO = [
  snapshot('Idle_pct: 90', 'app,s.1,2,10,20,5,100,40,,1,3,UP,', 'app,BACKEND,1,10,20,5,100,40,,2,3,UP,'),
  snapshot('Idle_pct: 70', 'app,s_1,2,0,0,9,0,7,50,3,5,DOWN,', 'app,BACKEND,1,0,0,9,0,7,,4,5,UP,'),
];

describe('objects of several processes', () => {
  it('are merged as haproxystats does: sums of maxima, means, and mean times of busy rows alone', () => {
    expect(merge(TWO)).toMatchObject({
      'server/app/s_1 smax': 14,
      'server/app/s_1 slim': 100,
      'server/app/s_1 throttle': 25,
      'server/app/s_1 weight': 2,
      'server/app/s_1 qtime': 40,
      'backend/app downtime': 8,
      'backend/app TotalServers': 1,
    });
  });

  it('are merged by kind where asked for: maxima, limits, means by samples, no throttle as 100 %', () => {
    expect(merge(TWO, { aggregation: 'by-kind' })).toMatchObject({
      'server/app/s_1 smax': 9,
      'server/app/s_1 slim': 0,
      'server/app/s_1 throttle': 75,
      'server/app/s_1 weight': 2,
      'server/app/s_1 qtime': 40,
      'backend/app downtime': 5,
    });
    const busy = [
      snapshot('Pid: 1', 'app,s,2,1,3000,1,,10,,1,1,UP,'),
      snapshot('Pid: 2', 'app,s,2,1,1024,1,,40,,1,1,UP,'),
      snapshot('Pid: 3', 'app,s,2,2048,,1,,70,,1,1,UP,'),
    ];
    expect(merge(busy, { aggregation: 'by-kind' })['server/app/s qtime']).toBe(40);
  });

  it('whose names become one are merged, which is noted; so are rows of one process with one name', () => {
    const note = (snapshots: Snapshot[]) => {
      const merging = { options: mergeOptions, metrics: ['default'], filter: everything, clean };
      const tables = mergeSnapshots(snapshots, merging, () => undefined);
      return Array.from(tables, ({ notes }) => notes ?? []).flat();
    };
    expect(note(TWO)).toEqual([{ merged: 'two names become this one, they are merged' }]);
    const twice = ['app,s,2,1,1,2,,1,,1,,UP,', 'app,s,2,1,1,3,,1,,1,,DOWN,'];
    expect(note([snapshot('Pid: 1', ...twice)])).toEqual([
      { merged: 'several server rows have this name, they are merged' },
    ]);
    expect(merge([snapshot('Pid: 1', ...twice)])).toMatchObject({
      'server/app/s smax': 5,
      'server/app/s status.UP': 0,
      'server/app/s status.DOWN': 1,
    });
  });

  it('count the processes that see each state, for backends and servers', () => {
    expect(merge(TWO)).toMatchObject({
      'server/app/s_1 status.UP': 1,
      'server/app/s_1 status.DOWN': 1,
      'server/app/s_1 status.MAINT': 0,
      'backend/app status.UP': 2,
    });
    expect(Object.keys(merge(TWO, { status: false })).filter(key => key.includes('status'))).toEqual([]);
  });

  it('have no mean time when none was busy, and no field that no process has', () => {
    const idle = merge([snapshot('Pid: 1', 'app,s,2,0,0,1,,7,,1,,no check,')]);
    expect(idle).not.toHaveProperty('server/app/s qtime');
    expect(idle).not.toHaveProperty('server/app/s chkfail');
    expect(idle).not.toHaveProperty('daemon ZlibMemUsage');
    expect(idle).not.toHaveProperty('daemon CpuUsagePct');
  });

  it('are merged whatever their number and their order in each process', () => {
    const servers = Array.from({ length: 700 }, (_, index) => index);
    const row = (index: number, smax: number): string => `app${index % 7},s${index},2,1,1,${smax},,1,,1,,UP,`;
    const first = servers.map(index => row(index, index));
    const second = servers.map(index => row(index, 1000)).reverse();
    const values = merge([snapshot('Pid: 1', ...first), snapshot('Pid: 2', ...second)]);
    const sums = servers.map(index => values[`server/app${index % 7}/s${index} smax`]);
    expect(sums).toEqual(servers.map(index => index + 1000));
  });

  it('are one where all servers have one name, over all backends', () => {
    const rows = Array.from({ length: 700 }, (_, index) => `app${index},s,2,1,1,${index},,1,,1,,UP,`);
    const values = merge([snapshot('Pid: 1', ...rows)], { aggregateServers: true });
    expect(values['server/s smax']).toBe((699 * 700) / 2);
    expect(values['server/app699/s smax']).toBe(699);
  });

  it('are summed once more over all backends, excluded ones included', () => {
    const rows = ['a,s,2,1,1,2,,1,,1,,UP,', 'b.x,s,2,1,1,3,,1,,1,,UP,', 'b.x,BACKEND,1,1,1,3,,1,,1,,UP,'];
    const filter = { excludeBackends: new Set(['b.x']) };
    const values = merge([snapshot('Pid: 1', ...rows)], { aggregateServers: true }, ['default'], filter);
    expect(values['server/s smax']).toBe(5);
    expect(Object.keys(values).filter(key => key.includes('b_x'))).toEqual([]);
  });
});

describe('the fields of objects', () => {
  const rows = ['app,s,2,1,1,2,9,1,,1,,UP,', 'app,BACKEND,1,1,1,3,,1,,1,7,UP,'];
  const one = snapshot('Idle_pct: 90\nJobs: 3\nPid: 8', ...rows);
  const names = (metrics: readonly string[], options: Partial<MergeOptions> = {}) =>
    Object.keys(merge([one], { status: false, ...options }, metrics));

  it('are sums out of a list, and the means whatever it says', () => {
    expect(names(['default'], { lists: { backend: new Set(['smax', 'stot']), server: new Set() } })).toEqual([
      'daemon Idle_pct',
      'daemon CpuUsagePct',
      'backend/app smax',
      'backend/app weight',
      'backend/app qtime',
      'backend/app TotalServers',
      'server/app/s throttle',
      'server/app/s weight',
      'server/app/s qtime',
    ]);
  });

  it('are those that --metrics names, also such as haproxystats does not know, but no identifier by chance', () => {
    expect(names(['Jobs', 'slim', 'downtime'])).toEqual([
      'daemon Jobs',
      'daemon CpuUsagePct',
      'backend/app downtime',
      'backend/app slim',
      'backend/app TotalServers',
      'server/app/s slim',
    ]);
    const all = names(['all']);
    expect(all).toContain('daemon Jobs');
    expect(all).not.toContain('daemon Pid');
    expect(all).toContain('server/app/s slim');
    expect(all.filter(name => name.includes('downtime'))).toEqual(['backend/app downtime']);
    expect(names(['Pid'])).toContain('daemon Pid');
  });

  it('may be named by a list though haproxystats does not know them', () => {
    const listed = names(['default'], { lists: { server: new Set(['downtime', 'req_tot']) } });
    expect(listed.filter(name => name.startsWith('server'))).toContain('server/app/s req_tot');
  });

  it('have states where status is named', () => {
    expect(names(['status'], { status: false }).filter(name => name.includes('status')).length).toBe(10);
    expect(names(['smax'], { status: true }).filter(name => name.includes('status'))).toEqual([]);
  });
});
