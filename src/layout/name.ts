import type { Root } from './layout.ts';

/** The characters that a name keeps besides letters, digits, `_` and `-`. */
interface KeptCharacters {
  readonly dots: boolean;
  readonly colons: boolean;
}

/**
 * Returns a function that replaces each character that is not kept by `_`, so that no name can add a line, a field or a
 * level.
 */
export function cleaner(keep: KeptCharacters): (name: string) => string {
  const kept = `A-Za-z0-9_${keep.dots ? '.' : ''}${keep.colons ? ':' : ''}-`;
  const others = new RegExp(`[^${kept}]`, 'gu');
  if (!keep.dots) return name => name.replace(others, '_') || '_';
  return name => name.replace(others, '_').replace(EMPTY_LEVEL, '_') || '_';
}

/** Returns SCOPE[.HOST]; a host's name is always one level, even if dots are kept in other names. */
export function nameRoot({ scope, host, type }: Omit<Root, 'tags'>): string {
  if (host === undefined) return scope;
  return `${scope}.${cleaner({ dots: false, colons: type === 'graphite' })(host)}`;
}

/** A dot that would make an empty level, which carbon leaves out: two paths would become one. */
const EMPTY_LEVEL = /^\.|\.(?=\.|$)/g;
