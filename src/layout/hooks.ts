import type { HookSeries, Naming, Plan, Point } from '../types.ts';
import { cleaner } from './name.ts';
import { cleanValue } from './tagged.ts';

type HookNaming = Pick<Naming, 'scope' | 'host' | 'type'>;

/** Where a series goes: the same key means the same points. */
interface Place {
  readonly key: string;
  point(figure: string, value: number): Point;
}

/**
 * The points of hook snapshots: SCOPE[.HOST].hooks.APP.FIGURE and SCOPE[.HOST].hooks[.APP].METRIC[.LABEL.VALUE...][.FIGURE];
 * in layout tagged SCOPE.hooks[.METRIC][.FIGURE] with application, host and labels as tags. Of two series with one place the
 * first is sent; `onClash` is told of the other.
 */
export function nameHooks(
  series: readonly HookSeries[],
  layout: Plan['layout'],
  naming: HookNaming,
  onClash: (key: string) => void,
): readonly Point[] {
  const place = layout === 'tagged' ? tagPlaces(naming) : treePlaces(naming);
  const taken = new Set<string>();
  return series.flatMap(one => {
    const { key, point } = place(one);
    if (taken.has(key)) {
      onClash(key);
      return [];
    }
    taken.add(key);
    return Array.from(one.figures, ([figure, value]) => point(figure, value));
  });
}

function treePlaces({ scope, host, type }: HookNaming): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: type === 'graphite' });
  return ({ app, metric, labels }) => {
    const levels = [host, 'hooks', app, metric, ...labels.flat()].filter(level => level !== undefined);
    const key = [scope, ...levels.map(clean)].join('.');
    return { key, point: (figure, value) => ({ path: below(key, figure), value }) };
  };
}

function tagPlaces({ scope, host, type }: HookNaming): (series: HookSeries) => Place {
  const clean = cleaner({ dots: false, colons: false });
  return ({ app, metric, labels }) => {
    const name = below(`${scope}.hooks`, metric === undefined ? '' : clean(metric));
    const own = Object.entries({ app, host }).filter((tag): tag is [string, string] => tag[1] !== undefined);
    // As Prometheus does with labels that are its own. Graphite's tag `name` is the path itself.
    const reserved = new Set(['name', ...own.map(([tag]) => tag)]);
    const others = labels.map(
      ([tag, value]) => [reserved.has(tag) ? `exported_${tag}` : tag, value] as const,
    );
    const tags = [...own, ...others].sort(([a], [b]) => (a < b ? -1 : 1));
    const join = (between: string) => tags.map(([tag, value]) => `${tag}${between}${cleanValue(value)}`);
    const text = ['', ...join('=')].join(';');
    return {
      key: `${name}${text}`,
      point: (figure, value) =>
        type === 'graphite'
          ? { path: `${below(name, figure)}${text}`, value }
          : { path: below(name, figure), value, tags: join(':') },
    };
  };
}

function below(path: string, level: string): string {
  return level === '' ? path : `${path}.${level}`;
}
