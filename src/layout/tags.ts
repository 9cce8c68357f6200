import type { Field, Place, PointField } from '../types.ts';

export type Tags = readonly (readonly [tag: string, value: string])[];

/** The place of a subject's fields, `ROOT.FIELD;tag=value`; the tag of a field's state stands where the alphabet wants it. */
export function tagPlace(root: string, tags: Tags): Place {
  const sorted = [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
  const next = sorted.findIndex(([tag]) => tag > STATE);
  const middle = next === -1 ? sorted.length : next;
  return {
    prefix: `${root}.`,
    before: writeTags(sorted.slice(0, middle)),
    after: writeTags(sorted.slice(middle)),
  };
}

const STATE = 'state';

/** A field with tags: its state is one more tag. */
export function tagField({ name, state }: Field): PointField {
  return { name, tag: state === undefined ? '' : writeTags([[STATE, state]]) };
}

function writeTags(tags: Tags): string {
  return tags.map(([tag, value]) => `;${tag}=${cleanValue(value)}`).join('');
}

/**
 * Graphite's rules for a tag's value: not empty, no `;`, no `~` in front. DogStatsD separates by `,` and `|`,
 * both protocols by white space, and neither is sure about what is not ASCII.
 */
function cleanValue(value: string): string {
  return value.replace(/[^!-~]|[;,|#]|^~/gu, '_') || '_';
}
