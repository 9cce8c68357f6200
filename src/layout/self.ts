import type { Place, PointTable } from '../types.ts';

/** Returns the table of the run's own numbers. */
export function nameSelf(
  metrics: readonly (readonly [name: string, value: number])[],
  place: Place,
): PointTable {
  return {
    places: [[place]],
    fields: metrics.map(([name]) => ({ name, tag: '' })),
    values: metrics.map(([, value]) => Float64Array.of(value)),
  };
}
