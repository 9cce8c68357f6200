import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../src/haproxy/answer.ts';
import { parseStat } from '../../src/haproxy/stat.ts';
import type { Filter } from '../../src/plan.ts';
import { sampleSnapshots } from '../../src/shape/samples.ts';
import type { ProcessSubject, Snapshot } from '../../src/types.ts';
import { everything } from '../helpers/filters.ts';
import { listSubjects } from '../helpers/listing.ts';

const HEADER = '# pxname,svname,type,scur,qcur,status,last_chk,-,new_thing,';

function snapshot(...rows: string[]): Snapshot {
  const text = `Name: HAProxy\nPid: 12\nIdle_pct: 99\nJobs: 5\nBuild info: 2.6\nTainted: 0\n\n${[HEADER, ...rows].join('\n')}\n\n`;
  return {
    endpoint: { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } },
    answered: 0,
    ...parseAnswers(Buffer.from(text)),
  };
}

function sample(
  of: Snapshot,
  metrics: string[],
  filter: Partial<Filter> = {},
): { lines: string[]; told: string[] } {
  const told: string[] = [];
  const sampling = {
    metrics,
    defaults: ['Idle_pct', 'scur', 'status'],
    filter: { ...everything, ...filter },
    clean: (name: string) => name.replaceAll('.', '_'),
  };
  const found = listSubjects(sampleSnapshots([of], sampling, status => told.push(status)));
  const lines = found.flatMap(([subject, values]) =>
    values.map(([{ name, state }, value]) =>
      [describeSubject(subject), name, state, value]
        .filter(part => part !== undefined && part !== '')
        .join(' '),
    ),
  );
  return { lines, told };
}

function samples(metrics: string[], ...rows: string[]): string[] {
  return sample(snapshot(...rows), metrics).lines;
}

function describeSubject(subject: ProcessSubject): string {
  if (subject.kind === 'process') return '';
  if (subject.kind === 'resolver') return `${subject.resolvers} ${subject.nameserver}`;
  return subject.kind === 'table' ? subject.table : `${subject.proxy} ${subject.service}`;
}

describe('the samples of a snapshot', () => {
  it('are the selected fields, the process first, an empty cell not sent', () => {
    expect(samples(['default'], 'web,FRONTEND,0,3,,,,-,,', 'app,s1,2,,7,,,-,,')).toEqual([
      'Idle_pct 99',
      'web FRONTEND scur 3',
    ]);
  });

  it('are every number for all, unknown columns included, text never', () => {
    expect(samples(['all'], 'app,s1,2,1,2,,200,-,5,', 'app,s2,2,,,,,-,fast,')).toEqual([
      'Idle_pct 99',
      'Jobs 5',
      'app s1 scur 1',
      'app s1 qcur 2',
      'app s1 new_thing 5',
    ]);
  });

  it('are those of all rows, however many', () => {
    const rows = Array.from({ length: 700 }, (_, index) => `app,s${index},2,${index},,UP,,-,,`);
    expect(samples(['scur'], ...rows)).toEqual(rows.map((_, index) => `app s${index} scur ${index}`));
  });

  it('are those named, of show info and of show stat', () => {
    expect(samples(['qcur', 'Pid'], 'app,s1,2,1,2,UP,,-,5,')).toEqual(['Pid 12', 'app s1 qcur 2']);
    expect(samples(['default', 'qcur'], 'app,s1,2,1,2,,,-,5,')).toEqual([
      'Idle_pct 99',
      'app s1 scur 1',
      'app s1 qcur 2',
    ]);
  });

  it('say of a status which state holds and which do not', () => {
    expect(samples(['status'], 'app,s1,2,1,2,DOWN 1/2,,-,,', 'app,s2,2,1,2,strange,,-,,')).toEqual([
      'app s1 status UP 0',
      'app s1 status DOWN 1',
      'app s1 status MAINT 0',
      'app s1 status DRAIN 0',
      'app s1 status NOLB 0',
    ]);
  });
});

describe('what has one name', () => {
  it('is one object where the kind is one: sums, and the worst state', () => {
    const rows = [
      'web,https,3,1,,OPEN,,-,,',
      'web,https,3,2,,FULL,,-,,',
      'app,s,2,7,,UP,,-,,',
      'app,s,2,0,,DOWN,,-,,',
    ];
    expect(samples(['scur', 'status'], ...rows).filter(line => / scur | 1$/.test(line))).toEqual([
      'web https scur 3',
      'web https status UP 1',
      'app s scur 7',
      'app s status DOWN 1',
    ]);
  });

  it('is told apart by kind: the frontend or backend first, then the server, then the listener', () => {
    const rows = [
      'web,one,3,1,,OPEN,,-,,',
      'web,one,2,2,,DOWN,,-,,',
      'web,BACKEND,2,3,,UP,,-,,',
      'web,BACKEND,1,4,,UP,,-,,',
    ];
    expect(samples(['scur'], ...rows)).toEqual([
      'web one scur 2',
      'web one scur 1',
      'web BACKEND scur 4',
      'web BACKEND scur 3',
    ]);
  });

  it('stays as it is where its kind is the only one', () => {
    const rows = ['# pxname,svname,type,qtime,lbtot,', 'web,one,3,,,', 'web,one,2,0,0,'];
    const text = `Name: HAProxy\n\n${rows.join('\n')}\n\n`;
    const idle = { ...snapshot(), ...parseAnswers(Buffer.from(text)) };
    expect(sample(idle, ['qtime']).lines).toEqual(['web one qtime 0']);
  });

  it('may be hundreds of rows', () => {
    const rows = Array.from({ length: 700 }, (_, index) => `web,l${index % 350},3,${index},,OPEN,,-,,`);
    const lines = samples(['scur'], ...rows);
    expect([lines.length, lines[0], lines[349]]).toEqual([350, 'web l0 scur 350', 'web l349 scur 1048']);
  });
});

describe('a filter', () => {
  const ROWS = [
    'web,FRONTEND,0,1,,OPEN,,-,,',
    'web,l,3,1,,OPEN,,-,,',
    'app,s1,2,2,,UP,,-,,',
    'app,s2,2,3,,MAINT (via a/b),,-,,',
    'app,BACKEND,1,5,,UP,,-,,',
    'web_2,FRONTEND,0,9,,OPEN,,-,,',
  ];
  const filtered = (filter: Partial<Filter>): string[] =>
    sample(snapshot(...ROWS), ['scur', 'Idle_pct'], filter).lines.map(line =>
      line.replace(/ (scur )?\d+$/, ''),
    );

  it.each<[string, Partial<Filter>, string[]]>([
    [
      'includes what a glob matches',
      { include: ['*/FRONTEND'] },
      ['Idle_pct', 'web FRONTEND', 'web_2 FRONTEND'],
    ],
    [
      'takes a glob without a slash for a proxy',
      { include: ['app'] },
      ['Idle_pct', 'app s1', 'app s2', 'app BACKEND'],
    ],
    [
      'excludes also what is included',
      { include: ['web*'], exclude: ['*_?/*', 'web/l'] },
      ['Idle_pct', 'web FRONTEND'],
    ],
    ['keeps kinds', { kinds: new Set(['listener', 'backend']) }, ['web l', 'app BACKEND']],
    [
      'leaves out servers in a state',
      { excludeStates: new Set(['MAINT']), include: ['app/s*'] },
      ['Idle_pct', 'app s1'],
    ],
    [
      'leaves out frontends by name, as they stand in paths',
      { excludeFrontends: new Set(['web', 'web.2']) },
      ['Idle_pct', 'app s1', 'app s2', 'app BACKEND'],
    ],
    [
      'leaves out backends with their servers',
      { excludeBackends: new Set(['app']) },
      ['Idle_pct', 'web FRONTEND', 'web l', 'web_2 FRONTEND'],
    ],
  ])('%s', (_, filter, names) => {
    expect(filtered(filter)).toEqual(names);
  });
});

describe('name servers and stick tables', () => {
  const text = '# id,pid,sent,valid,\nns.1,dns,5,4,\nns2,dns,7,,\n';
  const resolvers = {
    ...snapshot(),
    resolvers: parseStat(Buffer.from(text)),
    tables: [{ name: 't', size: 100, used: 3 }],
  };

  it('are sent if their kinds are named', () => {
    expect(sample(resolvers, ['default']).lines).toEqual(['Idle_pct 99']);
    const kinds = new Set(['resolvers', 'tables'] as const);
    expect(sample(resolvers, ['default'], { kinds }).lines).toEqual([
      'dns ns.1 sent 5',
      'dns ns.1 valid 4',
      'dns ns2 sent 7',
      't size 100',
      't used 3',
    ]);
    expect(sample(resolvers, ['valid', 'used'], { kinds }).lines).toEqual(['dns ns.1 valid 4', 't used 3']);
  });
});

it('a status that nobody knows is told, and its row has no state', () => {
  const { lines, told } = sample(snapshot('app,s1,2,1,,SLEEPING,,-,,', 'app,s2,2,1,,,,-,,'), ['status']);
  expect([lines, told]).toEqual([[], ['SLEEPING']]);
});
