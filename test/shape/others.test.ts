import { expect, test } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import type { Filter, Kind } from '../../src/plan.ts';
import { mergeOthers, sampleOthers } from '../../src/shape/others.ts';
import type { Snapshot, StickTable } from '../../src/types.ts';
import { everything } from '../helpers/filters.ts';
import { listSubjects } from '../helpers/listing.ts';
import { endpoint, processAt } from '../helpers/processes.ts';

function process(rows?: string, tables?: readonly StickTable[]): Snapshot {
  return {
    ...processAt(endpoint('/s', 's')),
    ...(rows !== undefined && { resolvers: parseStat(Buffer.from(`# id,pid,sent,nx,\n${rows}`)) }),
    ...(tables !== undefined && { tables }),
  };
}

function only(...kinds: Kind[]): Filter {
  return { ...everything, kinds: new Set(kinds) };
}

function merge(snapshots: readonly Snapshot[], filter: Filter, metrics: readonly string[] = ['default']) {
  const found = listSubjects(mergeOthers(snapshots, metrics, filter));
  return found.map(([subject, values]) => {
    const { kind, ...names } = subject;
    const numbers = values.map(([{ name }, value]) => `${name} ${value}`);
    return [`${kind} ${Object.values(names).join('/')}`, ...numbers];
  });
}

const ONE = process('ns1,dns,10,1,\nns2,dns,20,,\n', [{ name: 'web', size: 100, used: 5 }]);
const TWO = process('ns2,dns,30,2,\nns1,other,7,0,\n', [
  { name: 'web', size: 100, used: 7 },
  { name: 'api', size: 50, used: 0 },
]);

test('name servers and stick tables are sent where the kinds say so, and not otherwise', () => {
  expect(merge([ONE], everything)).toEqual([]);
  expect(merge([ONE], only('resolvers')).map(([subject]) => subject)).toEqual([
    'resolver dns/ns1',
    'resolver dns/ns2',
  ]);
  expect(merge([ONE], only('tables')).map(([subject]) => subject)).toEqual(['table web']);
});

test('name servers are one by section and name; an empty cell is no value', () => {
  expect(merge([ONE, process(), TWO], only('resolvers'))).toEqual([
    ['resolver dns/ns1', 'sent 10', 'nx 1'],
    ['resolver dns/ns2', 'sent 50', 'nx 2'],
    ['resolver other/ns1', 'sent 7', 'nx 0'],
  ]);
  expect(merge([ONE], only('resolvers'))[1]).toEqual(['resolver dns/ns2', 'sent 20']);
  const [table] = mergeOthers([ONE], ['all'], only('resolvers'));
  // Neither the names, even where they are numbers, nor what is behind a line's last comma.
  expect(table?.fields.map(({ name }) => name)).toEqual(['sent', 'nx']);
});

test('stick tables of one name add up', () => {
  expect(merge([ONE, process(), TWO], only('tables'))).toEqual([
    ['table web', 'size 200', 'used 12'],
    ['table api', 'size 50', 'used 0'],
  ]);
});

test('--metrics selects their fields too', () => {
  const both = only('resolvers', 'tables');
  expect(merge([ONE], both, ['sent', 'used'])).toEqual([
    ['resolver dns/ns1', 'sent 10'],
    ['resolver dns/ns2', 'sent 20'],
    ['table web', 'used 5'],
  ]);
});

test('more name servers than a table holds are in several', () => {
  const many = process(Array.from({ length: 300 }, (_, index) => `ns${index},dns,${index},0,\n`).join(''));
  const tables = Array.from(mergeOthers([many], ['sent'], only('resolvers')), ({ subjects, values }) => [
    subjects.length,
    values[0]?.[subjects.length - 1],
  ]);
  expect(tables).toEqual([
    [256, 255],
    [44, 299],
  ]);
});

test('those of one process have it as their own', () => {
  const samples = listSubjects(sampleOthers(ONE, ['default'], only('resolvers', 'tables')));
  expect(samples.map(([subject]) => subject)).toEqual([
    { kind: 'resolver', resolvers: 'dns', nameserver: 'ns1', snapshot: ONE },
    { kind: 'resolver', resolvers: 'dns', nameserver: 'ns2', snapshot: ONE },
    { kind: 'table', table: 'web', snapshot: ONE },
  ]);
});
