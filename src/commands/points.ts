import { nameHooks } from '../layout/hooks.ts';
import type { Root } from '../layout/layout.ts';
import { LAYOUTS } from '../layout/layouts.ts';
import { namePoints as nameSamples, type Tell } from '../layout/points.ts';
import { sharesNumbers } from '../layout/process-name.ts';
import { levelCleaner } from '../layout/tree.ts';
import type { Destination, Plan } from '../plan.ts';
import { mergeSnapshots } from '../shape/merged/merged.ts';
import { sampleSnapshots } from '../shape/samples.ts';
import { unknownTeller } from '../shape/status.ts';
import type { PointTable } from '../types.ts';
import { sendsDeltas } from './counters.ts';
import type { Everything } from './read.ts';

/**
 * Turns a run's numbers into named datapoints for one destination: HAProxy's, then those of the hook snapshots. Calls `tell`
 * with each oddity.
 */
export function* namePoints(
  plan: Plan,
  destination: Pick<Destination, 'scope' | 'backend'>,
  { haproxy, hooks }: Everything,
  tell: Tell,
): Iterable<PointTable> {
  const root = rootOf(plan, destination);
  if (haproxy.distinct.length > 0)
    yield* nameProcesses(plan, root, haproxy, sendsDeltas(plan, destination), tell);
  const onClash = (path: string) =>
    tell(`${path}: two series of hook snapshots become this path, only the first is sent`, 'lost');
  if (hooks.series.length > 0)
    yield* nameHooks(hooks.series, LAYOUTS[plan.layout].seriesPlaces(root), onClash);
}

/** Shapes and names HAProxy's datapoints as the layout wants them. */
function nameProcesses(
  plan: Plan,
  root: Root,
  { distinct, endpoints }: Everything['haproxy'],
  deltas: boolean,
  tell: Tell,
): Iterable<PointTable> {
  const { metrics, filter, keepDots, groups, processName, merge: options } = plan;
  const layout = LAYOUTS[plan.layout];
  const naming = { ...root, endpoints, keepDots, groups, processName, deltas };
  if (sharesNumbers(distinct, naming)) tell(SHARED, 'kept');
  const onUnknown = unknownTeller(text => tell(text, 'lost'));
  const clean = levelCleaner(root);
  return layout.merges
    ? nameSamples(
        mergeSnapshots(distinct, { options, metrics, filter, clean }, onUnknown),
        layout,
        naming,
        tell,
      )
    : nameSamples(
        sampleSnapshots(distinct, { metrics, defaults: layout.defaults, filter, clean }, onUnknown),
        layout,
        naming,
        tell,
      );
}

const SHARED =
  'several HAProxies have several processes each, so paths name the processes by their endpoints (process-name)';

/** Returns the start of all paths to one destination: scope, host and tags. */
export function rootOf(
  { host, tags }: Plan,
  { scope, backend: { type } }: Pick<Destination, 'scope' | 'backend'>,
): Root {
  return { scope, host, tags, type };
}
