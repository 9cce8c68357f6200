import { expect, test } from 'vitest';
import { nameHooks } from '../../src/layout/hooks.ts';
import { LAYOUTS } from '../../src/layout/layouts.ts';
import type { LayoutName } from '../../src/plan.ts';
import type { HookSeries } from '../../src/types.ts';
import { listPoints } from '../helpers/listing.ts';

const APPLICATION: HookSeries = {
  app: 'api.v1',
  metric: undefined,
  labels: [],
  figures: new Map([
    ['started', 12],
    ['processing_time.avg', 52.1],
  ]),
};
const COUNTER: HookSeries = {
  app: undefined,
  metric: 'failed:total',
  labels: [
    ['endpoint', '/a b'],
    ['status', '500'],
  ],
  figures: new Map([['', 3]]),
};
const HISTOGRAM: HookSeries = {
  app: 'web',
  metric: 'duration',
  labels: [],
  figures: new Map([
    ['count', 2],
    ['p50', 0.1],
  ]),
};

function name(layout: LayoutName, type: 'graphite' | 'statsd', series: readonly HookSeries[], host?: string) {
  const clashes: string[] = [];
  const placeOf = LAYOUTS[layout].seriesPlaces({ scope: 'lb', host, tags: [], type });
  const points = nameHooks(series, placeOf, path => clashes.push(path));
  const lines = listPoints(points).map(parts => parts.join(' '));
  return { lines, clashes };
}

test.each(['hap-monitor', 'haproxystats'] as const)('layout %s has levels', layout => {
  expect(name(layout, 'graphite', [APPLICATION, COUNTER, HISTOGRAM], 'lb1').lines).toEqual([
    'lb.lb1.hooks.api_v1.started 12',
    'lb.lb1.hooks.api_v1.processing_time.avg 52.1',
    'lb.lb1.hooks.failed:total.endpoint._a_b.status.500 3',
    'lb.lb1.hooks.web.duration.count 2',
    'lb.lb1.hooks.web.duration.p50 0.1',
  ]);
});

test('without a host its level is left out, and StatsD has no colons in names', () => {
  expect(name('haproxystats', 'statsd', [COUNTER]).lines).toEqual([
    'lb.hooks.failed_total.endpoint._a_b.status.500 3',
  ]);
});

test('layout tagged has tags', () => {
  expect(name('tagged', 'graphite', [APPLICATION, COUNTER, HISTOGRAM], 'lb1').lines).toEqual([
    'lb.hooks.started;app=api.v1;host=lb1 12',
    'lb.hooks.processing_time.avg;app=api.v1;host=lb1 52.1',
    'lb.hooks.failed_total;endpoint=/a_b;host=lb1;status=500 3',
    'lb.hooks.duration.count;app=web;host=lb1 2',
    'lb.hooks.duration.p50;app=web;host=lb1 0.1',
  ]);
});

test('a label that is called as a tag of the run is renamed as Prometheus does it', () => {
  const series = (app: string | undefined): HookSeries => ({
    app,
    metric: 'm',
    labels: [
      ['app', 'x'],
      ['host', 'y'],
      ['name', 'z'],
    ],
    figures: new Map([['', 1]]),
  });
  expect(name('tagged', 'graphite', [series('web'), series(undefined)], 'lb1').lines).toEqual([
    'lb.hooks.m;app=web;exported_app=x;exported_host=y;exported_name=z;host=lb1 1',
    'lb.hooks.m;app=x;exported_host=y;exported_name=z;host=lb1 1',
  ]);
});

test('of two series with one path the first is sent, whole, and the other is told of', () => {
  const other: HookSeries = { ...APPLICATION, app: 'api/v1', figures: new Map([['finished', 1]]) };
  expect(name('hap-monitor', 'graphite', [APPLICATION, other], 'lb1')).toEqual({
    lines: ['lb.lb1.hooks.api_v1.started 12', 'lb.lb1.hooks.api_v1.processing_time.avg 52.1'],
    clashes: ['lb.lb1.hooks.api_v1'],
  });
  expect(name('tagged', 'graphite', [APPLICATION, other], 'lb1').lines).toHaveLength(3);
  expect(name('tagged', 'graphite', [COUNTER, COUNTER], 'lb1').clashes).toEqual([
    'lb.hooks.failed_total;endpoint=/a_b;host=lb1;status=500',
  ]);
});

test('of two series with one path in common the first is sent', () => {
  const metric: HookSeries = { app: 'api.v1', metric: 'started', labels: [], figures: new Map([['', 99]]) };
  expect(name('hap-monitor', 'graphite', [APPLICATION, metric], 'lb1')).toEqual({
    lines: ['lb.lb1.hooks.api_v1.started 12', 'lb.lb1.hooks.api_v1.processing_time.avg 52.1'],
    clashes: ['lb.lb1.hooks.api_v1.started'],
  });
});

test('a label may be called as the tag of a state', () => {
  const series: HookSeries = {
    app: undefined,
    metric: 'm',
    labels: [['state', 'x']],
    figures: new Map([['', 1]]),
  };
  expect(name('tagged', 'graphite', [series], 'lb1').lines).toEqual(['lb.hooks.m;host=lb1;state=x 1']);
});
