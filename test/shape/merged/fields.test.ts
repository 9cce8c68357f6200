import { expect, test } from 'vitest';
import type { MergeOptions } from '../../../src/plan.ts';
import { mergedFields } from '../../../src/shape/merged/fields.ts';
import { MERGES, mergeOf } from '../../../src/shape/merged/rules.ts';
import { mergeOptions } from '../../helpers/merge-options.ts';

function options(own: Partial<MergeOptions>): MergeOptions {
  return { ...mergeOptions, ...own };
}

function names(...of: Parameters<typeof mergedFields>): string[] {
  return mergedFields(...of).map(({ name }) => name);
}

const SUMS =
  'chkfail chkdown cli_abrt econ eresp lbtot qcur qmax srv_abrt wredis wretr bin bout dresp hrsp_1xx hrsp_2xx ' +
  'hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other rate rate_max scur slim smax stot';
const MEANS = 'throttle weight ctime qtime rtime ttime';

test('without a list all of haproxystats’ fields are sent, wide or not', () => {
  expect(names('server', mergeOptions, ['default'], [])).toEqual(`${SUMS} ${MEANS}`.split(' '));
  expect(names('server', mergeOptions, ['wide'], [])).toEqual(`${SUMS} ${MEANS}`.split(' '));
});

test('a list chooses among the sums, and the means are sent whatever it says', () => {
  const { lists } = options({ lists: { server: new Set(['smax', 'stot']), backend: new Set() } });
  expect(names('server', options({ lists }), ['default'], [])).toEqual(`smax stot ${MEANS}`.split(' '));
  expect(names('backend', options({ lists }), ['default'], [])).toEqual(
    'act bck weight rtime ctime qtime ttime'.split(' '),
  );
});

test('names and globs select whatever the list says', () => {
  const lists = { server: new Set(['smax']) };
  expect(names('server', options({ lists }), ['slim', 'q*'], [])).toEqual(['qcur', 'qmax', 'slim', 'qtime']);
});

test.each([
  ['haproxystats', 'smax', 'sum'],
  ['haproxystats', 'throttle', 'mean'],
  ['haproxystats', 'qtime', 'mean of busy'],
  ['by-kind', 'smax', 'max'],
  ['by-kind', 'throttle', 'mean of throttle'],
  ['by-kind', 'qtime', 'mean by samples'],
] as const)('with the aggregation %s, %s is merged as %s', (aggregation, name, merge) => {
  expect(mergedFields('server', options({ aggregation }), [name], [])).toEqual([
    { name, merge: MERGES[merge] },
  ]);
});

test('the reuse of TLS sessions is a percentage, whose sum means nothing', () => {
  expect(mergedFields('daemon', mergeOptions, ['SslFrontendSessionReuse_pct'], [])[0]?.merge).toBe(
    MERGES.mean,
  );
});

test('a field that haproxystats does not know has to be found, and its empty cells are no values', () => {
  const merge = { ...mergeOf('lastsess'), empty: Number.NaN };
  expect(mergedFields('server', mergeOptions, ['lastsess'], ['lastsess', 'smax'])).toEqual([
    { name: 'lastsess', merge },
  ]);
  expect(names('server', mergeOptions, ['lastsess'], [])).toEqual([]);
  const all = names('server', mergeOptions, ['all'], ['lastsess', 'pid', 'smax']);
  expect(all.slice(-1)).toEqual(['lastsess']);
  expect(all.filter(name => name === 'smax')).toHaveLength(1);
});

test('a preset has of the unknown fields those that the list names, and what a master tells', () => {
  const found = ['lastsess', 'old_workers.count'];
  const lists = { server: new Set(['lastsess']) };
  const others = (...of: Parameters<typeof mergedFields>) =>
    names(...of).filter(name => found.includes(name));
  expect(others('server', options({ lists }), ['default'], found)).toEqual(['lastsess']);
  expect(others('daemon', mergeOptions, ['default'], found)).toEqual(['old_workers.count']);
  expect(others('daemon', mergeOptions, ['Maxconn'], found)).toEqual([]);
});
