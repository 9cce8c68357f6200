import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isField, natureOf } from '../src/fields.ts';

const fixtures = new URL('fixtures/haproxy/', import.meta.url);

it.each([
  ['stot', 'counter'],
  ['pid', 'identifier'],
  ['Pid', 'identifier'],
  ['downtime', 'elapsed'],
  ['scur', 'level'],
  ['quic_half_open_conn', 'level'],
  ['quic_thing', 'counter'],
  ['some_max', 'max'],
  ['SomeLimit', 'limit'],
  ['some_lim', 'limit'],
  ['something', 'level'],
  ['toString', 'level'],
])('%s is a %s', (field, nature) => {
  expect(natureOf(field)).toBe(nature);
});

it('every field that recorded HAProxies have numbers in is known; no list can name one with a blank', () => {
  const text = new Set(
    'pxname svname status check_status last_chk last_agt tracked agent_status check_desc agent_desc addr cookie mode algo proto'
      .concat(' - Name Version Release_date Uptime node description Tainted')
      .split(' '),
  );
  const unknown = new Set<string>();
  for (const folder of readdirSync(fixtures, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
    for (const file of readdirSync(new URL(`${folder.name}/`, fixtures))) {
      const lines = readFileSync(new URL(`${folder.name}/${file}`, fixtures), 'utf8').split('\n');
      const names = file.endsWith('stat.csv')
        ? (lines[0]?.replace('# ', '').split(',') ?? [])
        : file.endsWith('info.txt')
          ? lines.map(line => line.replace(/:.*/, ''))
          : [];
      for (const name of names.map(one => one.trim()).filter(Boolean))
        if (!text.has(name) && !name.includes(' ') && !isField(name)) unknown.add(name);
    }
  }
  expect([...unknown]).toEqual([]);
});
