import type { HookSeries, Place, PointField, PointTable } from '../types.ts';
import { placeTaker } from './taken.ts';

/**
 * Returns each hook series its paths. Of two series with one place, or with a path in common, only the first is sent; calls
 * `onClash` with the other's path.
 */
export function nameHooks(
  series: readonly HookSeries[],
  placeOf: (series: HookSeries) => Place,
  onClash: (path: string) => void,
): readonly PointTable[] {
  const take = placeTaker(onClash);
  const takePath = placeTaker(onClash);
  const tables: Table[] = [];
  for (const one of series) {
    const place = placeOf(one);
    const paths = Array.from(one.figures.keys(), name => ({
      ...place,
      prefix: `${place.prefix}${nameFigure(name).name}`,
    }));
    if (!take(place) || !paths.every(takePath)) continue;
    let table = tables.at(-1);
    if (table === undefined || !isAlike(one, table)) {
      table = { names: [...one.figures.keys()], places: [], series: [] };
      tables.push(table);
    }
    table.places.push([place]);
    table.series.push(one);
  }
  return tables.map(({ names, places, series: rows }) => {
    const columnOf = (name: string): Float64Array =>
      Float64Array.from(rows, ({ figures }) => figures.get(name) ?? Number.NaN);
    return { places, fields: names.map(nameFigure), values: names.map(columnOf) };
  });
}

/** Adjacent series with the same figures: a page may have thousands that are one number each. */
interface Table {
  readonly names: readonly string[];
  readonly places: Place[][];
  readonly series: HookSeries[];
}

function isAlike({ figures }: HookSeries, { names }: Table): boolean {
  return figures.size === names.length && names.every(name => figures.has(name));
}

function nameFigure(name: string): PointField {
  return { name: name === '' ? '' : `.${name}`, tag: '' };
}
