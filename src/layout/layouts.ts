import type { LayoutName } from '../plan.ts';
import { hapMonitor } from './hap-monitor.ts';
import { haproxystats } from './haproxystats.ts';
import type { Layout } from './layout.ts';
import { tagged } from './tagged.ts';

/** Every layout. */
export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  'hap-monitor': hapMonitor,
  haproxystats,
  tagged,
};
