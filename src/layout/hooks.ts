import type { HookSeries, Place, Plan, Points } from '../types.ts';
import { cleaner, nameRoot, type Root } from './name.ts';
import { listTags } from './tags.ts';

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
): readonly Points[] {
  const placeOf = layout === 'tagged' ? tagPlaces(root) : treePlaces(root);
  const taken = new Set<string>();
  return series.flatMap(one => {
    const place = placeOf(one);
    const isTaken = taken.has(place.key);
    if (isTaken) onClash(place.key);
    taken.add(place.key);
    const fields = Array.from(one.figures.keys(), name => ({ name }));
    return isTaken ? [] : [{ place, fields, values: [...one.figures.values()] }];
  });
}

function treePlaces(root: Root): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: root.type === 'graphite' });
  return ({ app, metric, labels }) => {
    const levels = ['hooks', app, metric, ...labels.flat()].filter(level => level !== undefined);
    const key = [nameRoot(root), ...levels.map(clean)].join('.');
    return { key, prefix: key, rest: ({ name }) => below('', name) };
  };
}

function tagPlaces({ scope, host, type }: Root): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: false });
  return ({ app, metric, labels }) => {
    const prefix = below(`${scope}.hooks`, metric === undefined ? '' : clean(metric));
    const own = Object.entries({ app, host }).filter((tag): tag is [string, string] => tag[1] !== undefined);
    // As Prometheus does with labels that are its own. Graphite's tag `name` is the path itself.
    const reserved = new Set(['name', ...own.map(([tag]) => tag)]);
    const others = labels.map(
      ([tag, value]) => [reserved.has(tag) ? `exported_${tag}` : tag, value] as const,
    );
    const tags = [...own, ...others];
    const text = ['', ...listTags(tags, '=')].join(';');
    const key = `${prefix}${text}`;
    if (type === 'graphite') return { key, prefix, rest: ({ name }) => `${below('', name)}${text}` };
    return { key, prefix, rest: ({ name }) => below('', name), tags: () => listTags(tags, ':') };
  };
}

function below(path: string, level: string): string {
  return level === '' ? path : `${path}.${level}`;
}
