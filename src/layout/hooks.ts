import type { Plan } from '../plan.ts';
import type { HookSeries, Place, PointField, PointTable } from '../types.ts';
import { cleaner, nameRoot, type Root } from './name.ts';
import { placeTaker } from './place.ts';
import { tagPlace } from './tags.ts';

/**
 * The points of hook snapshots: SCOPE[.HOST].hooks.APP.FIGURE and SCOPE[.HOST].hooks[.APP].METRIC[.LABEL.VALUE...][.FIGURE];
 * in layout tagged SCOPE.hooks[.METRIC][.FIGURE] with application, host and labels as tags. Of two series with one place the
 * first is sent; `onClash` is told of the other.
 */
export function nameHooks(
  series: readonly HookSeries[],
  layout: Plan['layout'],
  root: Root,
  onClash: (key: string) => void,
): readonly PointTable[] {
  const placeOf = layout === 'tagged' ? tagPlaces(root) : treePlaces(root);
  const take = placeTaker(onClash);
  const tables: Table[] = [];
  for (const one of series) {
    const place = placeOf(one);
    if (!take(place)) continue;
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

/** Series that follow each other and have the same figures: a page may have thousands that are one number each. */
interface Table {
  readonly names: readonly string[];
  readonly places: Place[][];
  readonly series: HookSeries[];
}

function isAlike({ figures }: HookSeries, { names }: Table): boolean {
  return figures.size === names.length && names.every(name => figures.has(name));
}

function treePlaces(root: Root): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: root.type === 'graphite' });
  return ({ app, metric, labels }) => {
    const levels = ['hooks', app, metric, ...labels.flat()].filter(level => level !== undefined);
    return { prefix: [nameRoot(root), ...levels.map(clean)].join('.'), before: '', after: '' };
  };
}

function tagPlaces({ scope, host }: Root): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: false });
  return ({ app, metric, labels }) => {
    const prefix = below(`${scope}.hooks`, metric === undefined ? '' : clean(metric));
    const own = Object.entries({ app, host }).filter((tag): tag is [string, string] => tag[1] !== undefined);
    // As Prometheus does with labels that are its own. Graphite's tag `name` is the path itself.
    const reserved = new Set(['name', ...own.map(([tag]) => tag)]);
    const others = labels.map(
      ([tag, value]) => [reserved.has(tag) ? `exported_${tag}` : tag, value] as const,
    );
    return { ...tagPlace(scope, [...own, ...others]), prefix };
  };
}

function nameFigure(name: string): PointField {
  return { name: below('', name), tag: '' };
}

function below(path: string, level: string): string {
  return level === '' ? path : `${path}.${level}`;
}
