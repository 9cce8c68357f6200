import { expect, test } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import { rowTable } from '../../src/shape/row-table.ts';
import { findRows } from '../../src/shape/rows.ts';

function find(rows: string, keeps?: (row: number) => boolean) {
  return findRows(rowTable(parseStat(Buffer.from(`# pxname,svname,type,\n${rows}`))), keeps);
}

test('rows of different names stand alone, in HAProxy’s order', () => {
  expect(find('web,FRONTEND,0,\nweb,one,2,\napi,one,2,\n')).toEqual({ alone: [0, 1, 2], shared: [] });
});

test('sockets of one name are one', () => {
  expect(find('web,https,3,\nweb,FRONTEND,0,\nweb,https,3,\n')).toEqual({
    alone: [1],
    shared: [{ rows: [0, 2], note: { merged: '2 listener rows have this name, they are sent as one' } }],
  });
});

test('a backend wins over the server that has its name', () => {
  expect(find('web,BACKEND,2,\nweb,BACKEND,1,\n')).toEqual({
    alone: [],
    shared: [
      { rows: [1], note: {} },
      { rows: [0], note: { hidden: 'a backend and a server have this name' } },
    ],
  });
});

test('a row that is filtered out shares its name with nobody', () => {
  expect(find('web,BACKEND,2,\nweb,BACKEND,1,\n', row => row === 0)).toEqual({ alone: [0], shared: [] });
});
