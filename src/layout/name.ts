/**
 * Makes the function that cleans a name of HAProxy's: letters, digits, `_`, `-` and, where asked for, `:`
 * and `.` stay, every other character becomes `_`. So no name can add a line, a field or a level.
 */
export function cleaner(keep: {
  readonly dots: boolean;
  readonly colons: boolean;
}): (name: string) => string {
  const kept = `A-Za-z0-9_${keep.dots ? '.' : ''}${keep.colons ? ':' : ''}-`;
  const others = new RegExp(`[^${kept}]`, 'gu');
  return name => name.replace(others, '_').replace(EMPTY_LEVEL, '_') || '_';
}

/** A dot that would make an empty level, which carbon leaves out: two paths would become one. */
const EMPTY_LEVEL = /^\.|\.(?=\.|$)/g;

/** A clean name as one level, whatever is kept elsewhere. */
export function asLevel(name: string): string {
  return name.replaceAll('.', '_');
}
