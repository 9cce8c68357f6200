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
