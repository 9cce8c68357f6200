import { expect, test } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import type { Filter } from '../../src/plan.ts';
import { exclusionTest, keepsKind, rowFilter, withoutKind } from '../../src/shape/filter.ts';
import { rowTable } from '../../src/shape/row-table.ts';
import { everything } from '../helpers/filters.ts';

const NAMES = ['web/FRONTEND', 'web/one', 'web/two', 'web/BACKEND', 'api/one'];
const TABLE = rowTable(
  parseStat(
    Buffer.from(
      '# pxname,svname,status,type,\nweb,FRONTEND,OPEN,0,\nweb,one,UP,2,\nweb,two,MAINT (via x/y),2,\nweb,BACKEND,DOWN,1,\napi,one,UP 1/2,2,\n',
    ),
  ),
);

function kept(filter: Partial<Filter>): readonly string[] {
  const keeps = rowFilter({ ...everything, ...filter }, TABLE);
  return NAMES.filter((_, row) => keeps?.(row) ?? true);
}

test('without a filter there is no test', () => {
  expect(rowFilter(everything, TABLE)).toBeUndefined();
});

test.each([
  [{ include: ['web'] }, ['web/FRONTEND', 'web/one', 'web/two', 'web/BACKEND']],
  [{ include: ['*/one'] }, ['web/one', 'api/one']],
  [{ exclude: ['web/t*'] }, ['web/FRONTEND', 'web/one', 'web/BACKEND', 'api/one']],
  [{ include: ['web'], exclude: ['web/*'] }, []],
  [{ kinds: new Set(['frontend', 'backend'] as const) }, ['web/FRONTEND', 'web/BACKEND']],
  [{ excludeStates: new Set(['MAINT'] as const) }, ['web/FRONTEND', 'web/one', 'web/BACKEND', 'api/one']],
  [{ excludeStates: new Set(['DOWN'] as const) }, NAMES],
])('%j keeps %j', (filter, names) => {
  expect(kept(filter)).toEqual(names);
});

test('resolvers and tables are sent only if they are named, and a kind can be taken away', () => {
  expect(keepsKind(everything, 'resolvers') || keepsKind(everything, 'tables')).toBe(false);
  expect(keepsKind({ ...everything, kinds: new Set(['tables']) }, 'tables')).toBe(true);
  expect(withoutKind(everything, 'listener').kinds).toEqual(
    new Set(['process', 'frontend', 'backend', 'server']),
  );
});

test('haproxystats’ lists name proxies as HAProxy has them or as they stand in paths', () => {
  const clean = (name: string) => name.replaceAll('.', '_');
  expect(exclusionTest(everything, clean)).toBeUndefined();
  const hides = exclusionTest(
    { ...everything, excludeFrontends: new Set(['a.b']), excludeBackends: new Set(['c_d']) },
    clean,
  );
  expect([hides?.('frontend', 'a.b'), hides?.('listener', 'a_b'), hides?.('backend', 'a.b')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([hides?.('backend', 'c.d'), hides?.('server', 'c_d'), hides?.('frontend', 'c.d')]).toEqual([
    true,
    true,
    false,
  ]);
});
