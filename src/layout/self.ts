import type { Plan } from '../plan.ts';
import type { Place, PointTable } from '../types.ts';
import { nameRoot, type Root } from './name.ts';
import { placeBelow } from './place.ts';
import { tagPlace } from './tags.ts';

/** The run's own numbers: SCOPE[.HOST].hap-monitor.NAME, and in layout tagged the host as a tag. */
export function nameSelf(
  metrics: readonly (readonly [name: string, value: number])[],
  layout: Plan['layout'],
  root: Root,
): PointTable {
  const place = layout === 'tagged' ? tagHost(root) : placeBelow(`${nameRoot(root)}.hap-monitor`);
  const values = metrics.map(([, value]) => Float64Array.of(value));
  return { places: [[place]], fields: metrics.map(([name]) => ({ name, tag: '' })), values };
}

function tagHost({ scope, host }: Root): Place {
  const path = `${scope}.hap-monitor`;
  if (host === undefined) return placeBelow(path);
  return tagPlace(path, [['host', host]]);
}
