import type { Backend } from '../plan.ts';
import type { Field, Place } from '../types.ts';

export type Tags = readonly (readonly [tag: string, value: string])[];

/** The place of a subject's fields, `ROOT.FIELD;tag=value` or with DogStatsD's tags; a field's state is one more tag. */
export function tagPlace(root: string, tags: Tags, type: Backend['type']): Place {
  return type === 'graphite' ? graphitePlace(root, tags) : dogStatsdPlace(root, tags);
}

function graphitePlace(root: string, tags: Tags): Place {
  const text = listTags(tags, '=').join(';');
  return {
    key: text,
    prefix: `${root}.`,
    name: nameOf,
    suffix: state => `;${state === undefined ? text : listTags([...tags, ['state', state]], '=').join(';')}`,
  };
}

function dogStatsdPlace(root: string, tags: Tags): Place {
  const list = listTags(tags, ':');
  return {
    key: list.join(),
    prefix: `${root}.`,
    name: nameOf,
    tags: state => (state === undefined ? list : [...list, `state:${state}`]),
  };
}

function nameOf({ name }: Field): string {
  return name;
}

/** In alphabetical order, as Graphite stores them. */
export function listTags(tags: Tags, between: '=' | ':'): readonly string[] {
  return [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => `${tag}${between}${cleanValue(value)}`);
}

/**
 * Graphite's rules for a tag's value: not empty, no `;`, no `~` in front. DogStatsD separates by `,` and `|`,
 * both protocols by white space, and neither is sure about what is not ASCII.
 */
function cleanValue(value: string): string {
  return value.replace(/[^!-~]|[;,|#]|^~/gu, '_') || '_';
}
