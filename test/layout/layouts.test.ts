import { expect, test } from 'vitest';
import { LAYOUTS } from '../../src/layout/layouts.ts';
import { nameSelf } from '../../src/layout/self.ts';
import { listPoints } from '../helpers/listing.ts';

test.each([
  ['hap-monitor', 'lb.1', 'lb.lb_1.hap-monitor.heartbeat'],
  ['haproxystats', undefined, 'lb.hap-monitor.heartbeat'],
  ['tagged', 'lb.1', 'lb.hap-monitor.heartbeat;host=lb.1'],
  ['tagged', undefined, 'lb.hap-monitor.heartbeat'],
] as const)(
  'in layout %s of host %s the run’s own numbers have a place of their own',
  (layout, host, path) => {
    const place = LAYOUTS[layout].selfPlace({ scope: 'lb', host, tags: [], type: 'graphite' });
    expect(listPoints([nameSelf([['heartbeat', 1]], place)])).toEqual([[path, 1]]);
  },
);
