import { expect, test } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import { rowTable } from '../../src/shape/row-table.ts';

const table = (text: string) => rowTable(parseStat(Buffer.from(text)));

test('the type tells the kind, whatever the name is', () => {
  const rows = 'web,FRONTEND,0,\nweb,BACKEND,1,\nweb,BACKEND,2,\nweb,https,3,\n';
  expect(table(`# pxname,svname,type,\n${rows}`).kinds).toEqual([
    'frontend',
    'backend',
    'server',
    'listener',
  ]);
});

test('before HAProxy 1.3.15 the name tells it', () => {
  expect(table('# pxname,svname,\nweb,FRONTEND,\nweb,BACKEND,\nweb,one,\n').kinds).toEqual([
    'frontend',
    'backend',
    'server',
  ]);
});

test('rows of one proxy and service have one digest', () => {
  const { proxy, service, digest } = table('# pxname,svname,\nweb,one,\nweb,two,\none,web,\nweb,one,\n');
  expect([proxy(1), service(1)]).toEqual(['web', 'two']);
  expect(digest(0)).toBe(digest(3));
  expect(new Set([0, 1, 2].map(digest)).size).toBe(3);
});
