import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../src/haproxy/answer.ts';
import { sampleSnapshots } from '../../src/shape/samples.ts';
import { findUnknown, selectMetrics } from '../../src/shape/select.ts';
import { stateOf } from '../../src/shape/status.ts';
import type { Snapshot } from '../../src/types.ts';
import { listSubjects } from '../helpers/listing.ts';

const DEFAULTS = { info: ['Idle_pct'], stat: ['scur', 'status'] };

function snapshot(...rows: string[]): Snapshot {
  const text = `Name: HAProxy\nPid: 12\nIdle_pct: 99\nBuild info: 2.6\nTainted: 0\n\n${[
    '# pxname,svname,scur,qcur,status,last_chk,-,new_thing,',
    ...rows,
  ].join('\n')}\n\n`;
  return {
    endpoint: { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } },
    answered: 0,
    ...parseAnswers(Buffer.from(text)),
  };
}

function samples(metrics: string[], ...rows: string[]): unknown[] {
  const found = sampleSnapshots([snapshot(...rows)], selectMetrics(metrics, DEFAULTS));
  return listSubjects(found).flatMap(([{ row }, values]) =>
    values.map(([{ name, state }, value]) =>
      [row?.proxy, row?.service, name, state, value].filter(part => part !== undefined).join(' '),
    ),
  );
}

describe('the samples of a snapshot', () => {
  it('are the selected fields, the process first, an empty cell not sent', () => {
    expect(samples(['default'], 'web,FRONTEND,3,,,,-,,', 'app,s1,,7,,,-,,')).toEqual([
      'Idle_pct 99',
      'web FRONTEND scur 3',
    ]);
  });

  it('are every number for all, unknown columns included, text never', () => {
    expect(samples(['all'], 'app,s1,1,2,,200,-,5,', 'app,s2,,,,,-,fast,')).toEqual([
      'Pid 12',
      'Idle_pct 99',
      'app s1 scur 1',
      'app s1 qcur 2',
      'app s1 new_thing 5',
    ]);
  });

  it('are those of all rows, however many', () => {
    const rows = Array.from({ length: 700 }, (_, index) => `app,s${index},${index},,UP,,-,,`);
    expect(samples(['scur'], ...rows)).toEqual(rows.map((_, index) => `app s${index} scur ${index}`));
  });

  it('are those named, of show info and of show stat', () => {
    expect(samples(['qcur', 'Pid'], 'app,s1,1,2,UP,,-,5,')).toEqual(['Pid 12', 'app s1 qcur 2']);
    expect(samples(['default', 'qcur'], 'app,s1,1,2,,,-,5,')).toEqual([
      'Idle_pct 99',
      'app s1 scur 1',
      'app s1 qcur 2',
    ]);
  });

  it('say of a status which state holds and which do not', () => {
    expect(samples(['status'], 'app,s1,1,2,DOWN 1/2,,-,,', 'app,s2,1,2,strange,,-,,')).toEqual([
      'app s1 status UP 0',
      'app s1 status DOWN 1',
      'app s1 status MAINT 0',
      'app s1 status DRAIN 0',
      'app s1 status NOLB 0',
    ]);
  });
});

describe('the state of a status', () => {
  it.each([
    ['UP', 'UP'],
    ['UP 1/3', 'UP'],
    ['UP (4/5)', 'UP'],
    ['no check', 'UP'],
    ['OPEN', 'UP'],
    ['FULL', 'UP'],
    ['WAITING', 'UP'],
    ['DOWN', 'DOWN'],
    ['DOWN 1/2', 'DOWN'],
    ['DOWN (agent)', 'DOWN'],
    ['STOP', 'DOWN'],
    ['MAINT', 'MAINT'],
    ['MAINT (via be/s1)', 'MAINT'],
    ['MAINT (resolution)', 'MAINT'],
    ['PAUSED', 'MAINT'],
    ['DRAIN', 'DRAIN'],
    ['DRAIN (agent)', 'DRAIN'],
    ['NOLB', 'NOLB'],
    ['NOLB 2/3', 'NOLB'],
    ['', undefined],
    ['toString', undefined],
    ['SLEEPING', undefined],
  ])('%j is %s', (status, state) => {
    expect(stateOf(status)).toBe(state);
  });
});

it('names that no HAProxy has numbers for are found', () => {
  const names = ['default', 'all', 'scur', 'Pid', 'scurr', 'status', 'last_chk', 'Name'];
  expect(findUnknown(names, [snapshot()])).toEqual(['scurr', 'last_chk', 'Name']);
});
