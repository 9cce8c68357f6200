import { expect, test } from 'vitest';
import { placeWriter, rootTags, TAGS, tagPlace } from '../../src/layout/tags.ts';
import type { HookSeries } from '../../src/types.ts';
import { NAMING } from '../helpers/processes.ts';

test('the operator’s tags and the host are on every datapoint, and the machine’s host wins', () => {
  const tags = [
    ['env', 'x'],
    ['host', 'other'],
  ] as const;
  expect(rootTags({ ...NAMING, tags })).toEqual([
    ['env', 'x'],
    ['host', 'lb1'],
  ]);
  expect(rootTags({ ...NAMING, host: undefined, tags: [] })).toEqual([]);
});

test('tags are in alphabetical order around that of a state', () => {
  const write = placeWriter('lb', [['zone', 'b']], ['proxy', 'type']);
  expect(write(['web', 'server'])).toEqual({
    prefix: 'lb.',
    before: ';proxy=web',
    after: ';type=server;zone=b',
  });
  expect(TAGS.fieldOf({ name: 'status', state: 'UP' })).toEqual({ name: 'status', tag: ';state=UP' });
  expect(tagPlace('lb', [['a', '~x;y']])).toEqual({ prefix: 'lb.', before: ';a=_x_y', after: '' });
});

test('a label that is called as a tag of ours is sent as exported', () => {
  const series: HookSeries = {
    app: 'shop',
    metric: 'requests total',
    labels: [
      ['host', 'h'],
      ['method', 'GET'],
      ['name', 'n'],
    ],
    figures: new Map(),
  };
  expect(TAGS.seriesPlaces(NAMING)(series)).toEqual({
    prefix: 'lb.hooks.requests_total',
    before: ';app=shop;exported_host=h;exported_name=n;host=lb1;method=GET',
    after: '',
  });
});

test('no name of a label can add a line, a tag or a field, and none hides another', () => {
  const labels = [
    ['a b', '1'],
    ['a_b', '2'],
    ['c 5 1700000000\nlb.evil 666 1700000000\nx', '3'],
    ['exported_host', '4'],
    ['host', '5'],
    ['z;name', '6'],
    ['', '7'],
  ] as const;
  const { before, after } = TAGS.seriesPlaces(NAMING)({
    app: undefined,
    metric: 'm',
    labels,
    figures: new Map(),
  });
  expect((before + after).split(';').slice(1).sort()).toEqual(
    [
      'a_b=1',
      'exported_a_b=2',
      'c_5_1700000000_lb_evil_666_1700000000_x=3',
      'exported_host=4',
      'exported_exported_host=5',
      'z_name=6',
      '_=7',
      'host=lb1',
    ].sort(),
  );
});
