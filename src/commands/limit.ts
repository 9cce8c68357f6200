import { countPoints } from '../count.ts';
import { Failure } from '../errors.ts';
import type { Kind, Plan } from '../plan.ts';
import { withoutKind } from '../shape/filter.ts';
import type { NamePoints } from './points.ts';
import type { Everything } from './read.ts';

/** The kinds that a run with too many datapoints leaves out, in this order. */
const EXPENDABLE = ['listener', 'server'] as const satisfies readonly Kind[];

/**
 * Reduces a run with more datapoints than `max-datapoints`: leaves out listeners, then servers as well, and returns a Failure
 * that says so.
 */
export function limitDatapoints(
  plan: Plan,
  read: Everything,
  namePoints: NamePoints,
): { readonly plan: Plan; readonly failures: readonly Failure[] } {
  const [limit, all] = [plan.maxDatapoints, countDatapoints(plan, read, namePoints)];
  if (all <= limit) return { plan, failures: [] };
  let [limited, left] = [plan, all];
  const kinds: Kind[] = [];
  for (const kind of EXPENDABLE) {
    if (left <= limit) break;
    kinds.push(kind);
    limited = { ...limited, filter: withoutKind(limited.filter, kind) };
    left = countDatapoints(limited, read, namePoints);
  }
  const what = `${all} datapoints are more than ${limit}, so ${kinds.join('s and ')}s are left out, ${left} are sent`;
  return { plan: limited, failures: [new Failure('read', '--max-datapoints', what)] };
}

/** Counts the datapoints for the first destination; the others have as many. Without a limit it does not count. */
function countDatapoints(plan: Plan, read: Everything, namePoints: NamePoints): number {
  const [destination] = plan.destinations;
  if (plan.maxDatapoints === Infinity || destination === undefined) return 0;
  return countPoints(namePoints(plan, destination, read, () => undefined));
}
