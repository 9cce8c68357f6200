import type { Place } from '../types.ts';
import type { Notation, Root } from './layout.ts';
import { cleaner, nameRoot } from './name.ts';

/** The notation of layouts whose paths are trees: SCOPE[.HOST].hooks…, SCOPE[.HOST].hap-monitor…, PREFIX.status.STATE. */
export const TREE: Notation = {
  fieldOf: ({ name, state }) => ({ name: state === undefined ? name : `${name}.${state}`, tag: '' }),
  seriesPlaces: root => {
    const clean = levelCleaner(root);
    return ({ app, metric, labels }) => {
      const levels = ['hooks', app, metric, ...labels.flat()].filter(level => level !== undefined);
      return { prefix: [nameRoot(root), ...levels.map(clean)].join('.'), before: '', after: '' };
    };
  },
  selfPlace: root => placeBelow(`${nameRoot(root)}.hap-monitor`),
};

/** Returns the place of the fields below `prefix` in a tree: PREFIX.FIELD. */
export function placeBelow(prefix: string): Place {
  return { prefix: `${prefix}.`, before: '', after: '' };
}

/** Returns a function that cleans a name for one level of a tree. */
export function levelCleaner({ type }: Pick<Root, 'type'>): (name: string) => string {
  return cleaner({ dots: false, colons: type === 'graphite' });
}
