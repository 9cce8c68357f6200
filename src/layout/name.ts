/** What stays in a name beside letters, digits, `_` and `-`. */
interface Kept {
  readonly dots: boolean;
  readonly colons: boolean;
}

/**
 * Makes the function that cleans a name of HAProxy's: what is not kept becomes `_`, so that no name can add a
 * line, a field or a level.
 */
export function cleaner(keep: Kept): (name: string) => string {
  const kept = `A-Za-z0-9_${keep.dots ? '.' : ''}${keep.colons ? ':' : ''}-`;
  const others = new RegExp(`[^${kept}]`, 'gu');
  if (!keep.dots) return name => name.replace(others, '_') || '_';
  return name => name.replace(others, '_').replace(EMPTY_LEVEL, '_') || '_';
}

/** A dot that would make an empty level, which carbon leaves out: two paths would become one. */
const EMPTY_LEVEL = /^\.|\.(?=\.|$)/g;
