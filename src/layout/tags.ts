import type { Tags } from '../plan.ts';
import type { Place } from '../types.ts';
import type { Notation, Root } from './layout.ts';
import { cleaner } from './name.ts';

/** What layouts have in common whose paths have tags: SCOPE.hooks…;host=…, SCOPE.hap-monitor…;host=…, PREFIX.status;state=STATE. */
export const TAGS: Notation = {
  fieldOf: ({ name, state }) => ({ name, tag: state === undefined ? '' : writeTags([[STATE, state]]) }),
  seriesPlaces: root => {
    const clean = cleaner({ dots: false, colons: false });
    return ({ app, metric, labels }) => {
      const own = [...(app === undefined ? [] : [['app', app] as const]), ...rootTags(root)];
      // As Prometheus does with labels that are its own. Graphite's tag `name` is the path itself.
      const reserved = new Set(['name', ...own.map(([tag]) => tag)]);
      const others = labels.map(
        ([tag, value]) => [reserved.has(tag) ? `exported_${tag}` : tag, value] as const,
      );
      const levels = [root.scope, 'hooks', ...(metric === undefined ? [] : [clean(metric)])];
      return { ...tagPlace('', [...own, ...others]), prefix: levels.join('.') };
    };
  },
  selfPlace: root => tagPlace(`${root.scope}.hap-monitor`, rootTags(root)),
};

/** The place of a subject's fields, `PATH.FIELD;tag=value`; the tag of a field's state stands where the alphabet wants it. */
export function tagPlace(path: string, tags: Tags): Place {
  const sorted = [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
  const next = sorted.findIndex(([tag]) => tag > STATE);
  const middle = next === -1 ? sorted.length : next;
  return {
    prefix: `${path}.`,
    before: writeTags(sorted.slice(0, middle)),
    after: writeTags(sorted.slice(middle)),
  };
}

/** The tags that every datapoint has: the host, and those of the operator. */
export function rootTags({ host, tags }: Root): Tags {
  const own = new Map([...tags, ...(host === undefined ? [] : [['host', host] as const])]);
  return [...own];
}

const STATE = 'state';

function writeTags(tags: Tags): string {
  return tags.map(([tag, value]) => `;${tag}=${cleanValue(value)}`).join('');
}

/**
 * Graphite's rules for a tag's value: not empty, no `;`, no `~` in front. DogStatsD separates by `,` and `|` and marks
 * tags by `#`, both protocols separate by white space, and neither is sure about what is not ASCII.
 */
function cleanValue(value: string): string {
  return value.replace(/[^!-~]|[;,|#]|^~/gu, '_') || '_';
}
