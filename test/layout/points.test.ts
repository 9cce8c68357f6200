import { describe, expect, it } from 'vitest';
import { hapMonitor } from '../../src/layout/hap-monitor.ts';
import type { ProcessLayout } from '../../src/layout/layout.ts';
import { namePoints } from '../../src/layout/points.ts';
import { tagged } from '../../src/layout/tagged.ts';
import type { ProcessSubject, SampleTable } from '../../src/types.ts';
import { listPoints } from '../helpers/listing.ts';
import { endpoint, NAMING, processAt } from '../helpers/processes.ts';

const snapshot = processAt(endpoint('/run/a/stats.sock', 'stats'), { Process_num: 1 });
const naming = { ...NAMING, host: 'h', endpoints: { list: [snapshot.endpoint], single: true } };

function name(samples: SampleTable<ProcessSubject>[], layout: ProcessLayout = hapMonitor) {
  const told: string[] = [];
  const points = listPoints(
    namePoints(samples, layout, naming, (text, harm) => told.push(`${harm} ${text}`)),
  );
  return { points, told };
}

function server(service: string): ProcessSubject {
  return { kind: 'server', snapshot, proxy: 'app', service };
}

describe('the points of samples', () => {
  it('have the field and the state behind the prefix, the field cleaned', () => {
    const ofProcess: SampleTable<ProcessSubject> = {
      subjects: [{ kind: 'process', snapshot }],
      fields: [{ name: 'Unstoppable Jobs' }, { name: 'old_workers.count' }],
      values: [Float64Array.of(3), Float64Array.of(1)],
    };
    const ofServer: SampleTable<ProcessSubject> = {
      subjects: [server('s')],
      fields: [{ name: 'scur' }, { name: 'qcur' }, { name: 'status', state: 'UP' }],
      values: [1, Number.NaN, 0].map(value => Float64Array.of(value)),
    };
    expect(name([ofProcess, ofServer])).toEqual({
      points: [
        ['lb.h.1.Unstoppable_Jobs', 3],
        ['lb.h.1.old_workers.count', 1],
        ['lb.h.1.app.s.scur', 1],
        ['lb.h.1.app.s.status.UP', 0],
      ],
      told: [],
    });
  });

  it('are those of the first where two names become one path, which is told', () => {
    const samples = (...services: string[]): SampleTable<ProcessSubject> => ({
      subjects: services.map(server),
      fields: [{ name: 'scur' }],
      values: [Float64Array.from(services, (_, index) => index + 1)],
    });
    expect(name([samples('s.1', 's_1', 'S_1'), samples('s:1', 's_1')])).toEqual({
      points: [
        ['lb.h.1.app.s_1.scur', 1],
        ['lb.h.1.app.S_1.scur', 3],
        ['lb.h.1.app.s:1.scur', 1],
      ],
      told: [1, 2].map(() => 'lost lb.h.1.app.s_1: two names become this path, only the first is sent'),
    });
  });

  it('are those of the first of two fields whose names become one, which is told', () => {
    const samples: SampleTable<ProcessSubject> = {
      subjects: [server('s')],
      fields: [{ name: 'a.b' }, { name: 'scur' }, { name: 'a_b' }],
      values: [1, 2, 3].map(value => Float64Array.of(value)),
    };
    expect(name([samples])).toEqual({
      points: [
        ['lb.h.1.app.s.a_b', 1],
        ['lb.h.1.app.s.scur', 2],
      ],
      told: ['lost a_b: two fields of HAProxy become this name, only the first is sent'],
    });
  });

  it('tell of names that several rows have: in a tree one is sent, with tags both', () => {
    const samples: SampleTable<ProcessSubject> = {
      subjects: [server('x'), { kind: 'listener', snapshot, proxy: 'app', service: 'x' }],
      fields: [{ name: 'scur' }],
      values: [Float64Array.of(1, 2)],
      notes: [{}, { merged: '3 rows', hidden: 'a server and a listener have this name' }],
    };
    expect(name([samples])).toEqual({
      points: [['lb.h.1.app.x.scur', 1]],
      told: ['lost lb.h.1.app.x: a server and a listener have this name, only the first is sent'],
    });
    expect(name([samples], tagged)).toEqual({
      points: [
        ['lb.scur;host=h;process=1;proxy=app;server=x;type=server', 1],
        ['lb.scur;host=h;listener=x;process=1;proxy=app;type=listener', 2],
      ],
      told: ['kept lb;host=h;listener=x;process=1;proxy=app;type=listener: 3 rows'],
    });
  });
});
