import { hapMonitor } from '../layout/hap-monitor.ts';
import { haproxystats } from '../layout/haproxystats.ts';
import { nameHooks } from '../layout/hooks.ts';
import { cleaner, type Root } from '../layout/name.ts';
import { namePoints as nameSamples } from '../layout/points.ts';
import { tagged } from '../layout/tagged.ts';
import type { Destination, Plan } from '../plan.ts';
import { mergeSnapshots } from '../shape/merged/merged.ts';
import { sampleSnapshots } from '../shape/samples.ts';
import { selectMetrics } from '../shape/select.ts';
import type { PointTable } from '../types.ts';
import type { Everything } from './read.ts';

type Trace = (text: string) => void;

/** The datapoints of a run for one destination: HAProxy's, then those of the hook snapshots. */
export function* namePoints(
  plan: Plan,
  destination: Destination,
  read: Everything,
  trace: Trace,
): Iterable<PointTable> {
  const { series } = read.hooks;
  if (read.haproxy.distinct.length > 0) yield* nameProcesses(plan, destination, read, trace);
  const onClash: Trace = path =>
    trace(`${path}: two series of hook snapshots become this path, only the first is sent`);
  if (series.length > 0) yield* nameHooks(series, plan.layout, rootOf(plan, destination), onClash);
}

/** HAProxy's datapoints, as the layout shapes and names them. */
function nameProcesses(
  plan: Plan,
  destination: Destination,
  { haproxy }: Everything,
  trace: Trace,
): Iterable<PointTable> {
  const onClash: Trace = path => trace(`${path}: two names become this path, only the first is sent`);
  const { distinct, endpoints } = haproxy;
  const { layout, metrics, merge, keepDots, groups } = plan;
  const naming = { ...rootOf(plan, destination), endpoints, keepDots, groups };
  if (layout === 'haproxystats') {
    const clean = cleaner({ dots: false, colons: naming.type === 'graphite' });
    const onMerge: Trace = name => trace(`${name}: two names become this one, they are merged`);
    return nameSamples(mergeSnapshots(distinct, merge, clean, onMerge), haproxystats, naming, onClash);
  }
  const perProcess = layout === 'tagged' ? tagged : hapMonitor;
  const samples = sampleSnapshots(distinct, selectMetrics(metrics, perProcess.defaults));
  return nameSamples(samples, perProcess, naming, onClash);
}

/** The root of a destination's paths. */
export function rootOf({ host }: Plan, { scope, backend: { type } }: Destination): Root {
  return { scope, host, type };
}
