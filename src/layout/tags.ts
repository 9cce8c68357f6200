import type { Tags } from '../plan.ts';
import type { Place } from '../types.ts';
import type { Notation, Root } from './layout.ts';
import { cleaner } from './name.ts';

const clean = cleaner({ dots: false, colons: false });

/** The notation of layouts whose paths have tags: SCOPE.hooks…;host=…, SCOPE.hap-monitor…;host=…, PREFIX.status;state=STATE. */
export const TAGS: Notation = {
  fieldOf: ({ name, state }) => ({ name, tag: state === undefined ? '' : writeTag(STATE, state) }),
  seriesPlaces:
    root =>
    ({ app, metric, labels }) => {
      const own = [...(app === undefined ? [] : [['app', app] as const]), ...rootTags(root)];
      const others = nameLabels(labels, own);
      const levels = [root.scope, 'hooks', ...(metric === undefined ? [] : [clean(metric)])];
      return { ...tagPlace('', [...own, ...others]), prefix: levels.join('.') };
    },
  selfPlace: root => tagPlace(`${root.scope}.hap-monitor`, rootTags(root)),
};

/**
 * Returns a series' labels as tags of its own, in characters that no protocol reads as something else. Prometheus names a label
 * likewise whose name is taken by one of the target. Graphite's tag `name` is the path itself.
 */
function nameLabels(labels: Tags, own: Tags): Tags {
  const taken = new Set(['name', ...own.map(([tag]) => tag)]);
  return labels.map(([label, value]) => {
    let tag = clean(label);
    while (taken.has(tag)) tag = `exported_${tag}`;
    taken.add(tag);
    return [tag, value] as const;
  });
}

/** Returns the place of a subject's fields, `PATH.FIELD;tag=value`. */
export function tagPlace(path: string, tags: Tags): Place {
  return placeWriter(path, tags, [])([]);
}

/**
 * Returns a function that takes the values of the tags named in `more` and returns the place. All tags are in alphabetical
 * order, the `state` of a field included.
 */
export function placeWriter(
  path: string,
  tags: Tags,
  more: readonly string[],
): (values: readonly string[]) => Place {
  const parts: Part[] = tags.map(([tag, value]) => ({ tag, text: writeTag(tag, value) }));
  more.forEach((tag, index) => {
    parts.push({ tag, index });
  });
  parts.sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const [head, tail] = [parts.filter(({ tag }) => tag <= STATE), parts.filter(({ tag }) => tag > STATE)];
  const prefix = `${path}.`;
  return values => ({ prefix, before: writeParts(head, values), after: writeParts(tail, values) });
}

/** A tag with its text, or with the index of its value. */
type Part = { readonly tag: string } & ({ readonly text: string } | { readonly index: number });

function writeParts(parts: readonly Part[], values: readonly string[]): string {
  let text = '';
  for (const part of parts) text += 'text' in part ? part.text : writeTag(part.tag, values[part.index] ?? '');
  return text;
}

/** Lists the tags of every datapoint: the host, and those of the operator. */
export function rootTags({ host, tags }: Root): Tags {
  const own = new Map([...tags, ...(host === undefined ? [] : [['host', host] as const])]);
  return [...own];
}

const STATE = 'state';

function writeTag(tag: string, value: string): string {
  return `;${tag}=${cleanValue(value)}`;
}

/**
 * Graphite's rules for a tag's value: not empty, no `;`, no `~` in front. DogStatsD separates by `,` and `|` and marks
 * tags by `#`, both protocols separate by white space, and neither is sure about what is not ASCII.
 */
function cleanValue(value: string): string {
  return value.replace(/[^!-~]|[;,|#]|^~/gu, '_') || '_';
}
