import { nameHooks } from '../layout/hooks.ts';
import type { Layout, Naming, Root } from '../layout/layout.ts';
import { LAYOUTS } from '../layout/layouts.ts';
import { namePoints as nameSamples, type Tell } from '../layout/points.ts';
import { sharesNumbers } from '../layout/process-name.ts';
import { levelCleaner } from '../layout/tree.ts';
import type { Destination, LayoutName, Plan } from '../plan.ts';
import { sampleSnapshots } from '../shape/samples.ts';
import { unknownTeller } from '../shape/status.ts';
import type { PointTable, Snapshot } from '../types.ts';
import { sendsDeltas } from './counters.ts';
import type { Everything } from './read.ts';

/**
 * Turns a run's numbers into named datapoints for one destination: HAProxy's, then those of the hook snapshots. Calls `tell`
 * with each oddity.
 */
export type NamePoints = (
  plan: Plan,
  destination: Pick<Destination, 'scope' | 'backend'>,
  read: Everything,
  tell: Tell,
) => Iterable<PointTable>;

/** Returns the function that names the datapoints of a layout; loads the code that only this layout needs. */
export async function openLayout(name: LayoutName): Promise<NamePoints> {
  const layout = LAYOUTS[name];
  const nameSnapshots = await openShape(layout);
  return function* (plan, destination, { haproxy: { distinct, endpoints }, hooks }, tell) {
    const root = rootOf(plan, destination);
    if (distinct.length > 0) {
      const { keepDots, groups, processName } = plan;
      const deltas = sendsDeltas(plan, destination);
      const naming = { ...root, endpoints, keepDots, groups, processName, deltas };
      if (sharesNumbers(distinct, naming)) tell(SHARED, 'kept');
      yield* nameSnapshots(plan, naming, distinct, tell);
    }
    const onClash = (path: string) =>
      tell(`${path}: two series of hook snapshots become this path, only the first is sent`, 'lost');
    if (hooks.series.length > 0) yield* nameHooks(hooks.series, layout.seriesPlaces(root), onClash);
  };
}

/** Shapes and names HAProxy's datapoints. */
type NameSnapshots = (
  plan: Plan,
  naming: Naming,
  snapshots: readonly Snapshot[],
  tell: Tell,
) => Iterable<PointTable>;

async function openShape(layout: Layout): Promise<NameSnapshots> {
  if (!layout.merges)
    return ({ metrics, filter }, naming, snapshots, tell) => {
      const sampling = { metrics, defaults: layout.defaults, filter, clean: levelCleaner(naming) };
      return nameSamples(sampleSnapshots(snapshots, sampling, tellUnknown(tell)), layout, naming, tell);
    };
  const { mergeSnapshots } = await import('../shape/merged/merged.ts');
  return ({ metrics, filter, merge: options }, naming, snapshots, tell) => {
    const merging = { options, metrics, filter, clean: levelCleaner(naming) };
    return nameSamples(mergeSnapshots(snapshots, merging, tellUnknown(tell)), layout, naming, tell);
  };
}

function tellUnknown(tell: Tell): (text: string) => void {
  return unknownTeller(text => tell(text, 'lost'));
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
