import { describe, expect, it } from 'vitest';
import type { Naming } from '../../src/layout/layout.ts';
import { tagged } from '../../src/layout/tagged.ts';
import type { ProcessSubject } from '../../src/types.ts';
import { endpoint, NAMING, processAt } from '../helpers/processes.ts';

const snapshot = processAt(endpoint('/run/a.sock', 'a'), { Process_num: 1 });

function path(subject: ProcessSubject, naming: Partial<Naming> = {}, state?: string): string {
  const endpoints = { list: [snapshot.endpoint], single: true };
  const [place] = tagged.places({ ...NAMING, endpoints, ...naming })(subject);
  const field = tagged.fieldOf(state === undefined ? { name: 'f' } : { name: 'f', state });
  return `${place?.prefix}${field.name}${place?.before}${field.tag}${place?.after}`;
}

describe('paths with tags', () => {
  it('tell every kind apart', () => {
    const of = { snapshot, proxy: 'web' };
    expect(path({ kind: 'process', snapshot })).toBe('lb.f;host=lb1;process=1;type=process');
    expect(path({ kind: 'frontend', ...of, service: 'FRONTEND' })).toBe(
      'lb.f;host=lb1;process=1;proxy=web;type=frontend',
    );
    expect(path({ kind: 'server', ...of, service: 'BACKEND' })).toBe(
      'lb.f;host=lb1;process=1;proxy=web;server=BACKEND;type=server',
    );
    expect(path({ kind: 'resolver', snapshot, resolvers: 'dns', nameserver: 'ns' })).toBe(
      'lb.f;host=lb1;nameserver=ns;process=1;resolvers=dns;type=resolver',
    );
    expect(path({ kind: 'table', snapshot, table: 't' })).toBe('lb.f;host=lb1;process=1;table=t;type=table');
  });

  it('have the state and the operator’s tags where the alphabet wants them', () => {
    const tags = [
      ['zone', 'b'],
      ['env', 'x y'],
    ] as const;
    expect(path({ kind: 'process', snapshot }, { tags }, 'UP')).toBe(
      'lb.f;env=x_y;host=lb1;process=1;state=UP;type=process;zone=b',
    );
    expect(tagged.selfPlace({ ...NAMING, tags })).toEqual({
      prefix: 'lb.hap-monitor.',
      before: ';env=x_y;host=lb1',
      after: ';zone=b',
    });
  });

  it.each([
    ['a;b', 'a_b'],
    ['a,b', 'a_b'],
    ['a|b', 'a_b'],
    ['a#b', 'a_b'],
    ['~a~', '_a~'],
    ['a b\n', 'a_b_'],
    ['größe', 'gr__e'],
    ['a=b:c', 'a=b:c'],
    ['', '_'],
  ])('%j in a tag is %j', (name, value) => {
    expect(path({ kind: 'table', snapshot, table: name })).toContain(`;table=${value};`);
  });
});
