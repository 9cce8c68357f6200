import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../src/haproxy/answer.ts';
import { fieldSelector, findUnknown, isExact, listKnown } from '../../src/shape/select.ts';
import type { Snapshot } from '../../src/types.ts';

const FIELDS = [
  'Idle_pct',
  'Pid',
  'scur',
  'slim',
  'hrsp_1xx',
  'hrsp_5xx',
  'pid',
  'iid',
  'new_thing',
  'status',
];

function select(...metrics: string[]): string[] {
  return FIELDS.filter(fieldSelector(metrics, ['Idle_pct', 'scur', 'status']));
}

describe('--metrics', () => {
  it('default is the layout’s own fields, wide some more, all every measurement', () => {
    expect(select('default')).toEqual(['Idle_pct', 'scur', 'status']);
    expect(select('wide')).toEqual(['Idle_pct', 'scur', 'slim', 'status']);
    expect(select('all')).toEqual(FIELDS.filter(name => !['Pid', 'pid', 'iid'].includes(name)));
  });

  it('names fields, one by one or by globs; identifiers one by one only', () => {
    expect(select('slim', 'hrsp_*')).toEqual(['slim', 'hrsp_1xx', 'hrsp_5xx']);
    expect(select('hrsp_[1-4]xx', '?id', 'pid')).toEqual(['hrsp_1xx', 'pid']);
    expect(select('all', 'Pid')).toContain('Pid');
    expect(select('[!a-z]*')).toEqual(['Idle_pct']);
  });

  it('is exact where no list of fields is named', () => {
    expect([isExact(['scur', 'h*']), isExact(['scur', 'wide']), isExact(['all'])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('names that no HAProxy has numbers for are found', () => {
    const text = 'Name: HAProxy\nPid: 12\n\n# pxname,svname,scur,last_chk,\n\n';
    const snapshot: Snapshot = {
      endpoint: { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } },
      answered: 0,
      ...parseAnswers(Buffer.from(text)),
    };
    const names = [
      'default',
      'wide',
      'all',
      'scur',
      's*',
      'Pid',
      'scurr',
      'x*',
      'status',
      'last_chk',
      'Name',
    ];
    expect(findUnknown(names, listKnown([snapshot]))).toEqual(['scurr', 'x*', 'last_chk', 'Name']);
  });
});
