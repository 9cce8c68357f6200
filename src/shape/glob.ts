/**
 * Returns a test for whether a text matches one of the globs: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of a set.
 * Takes time in proportion to the text, however many stars there are.
 */
export function globTest(globs: readonly string[]): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${globs.map(translate).join('|')})$`, 's');
  return globs.length === 0 ? () => false : text => pattern.test(text);
}

/** Whether a text is a glob that may match more than one name. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * Text between two stars is matched where it is found first, for good: looking further finds no more, and would take the
 * text's length to the power of the stars.
 */
function translate(glob: string, index: number): string {
  const [first = '', ...others] = splitAtStars(glob);
  const last = others.pop();
  if (last === undefined) return first;
  const between = others.map((part, star) => {
    const name = `glob${index}_${star}`;
    return `(?=(?<${name}>.*?${part}))\\k<${name}>`;
  });
  return `${first}${between.join('')}.*${last}`;
}

/** The patterns of what stands before, between and behind the stars. */
function splitAtStars(glob: string): string[] {
  const parts = [''];
  for (const [token] of glob.matchAll(/\*+|\[!?[^\]]+\]|./gs)) {
    if (token.startsWith('*')) parts.push('');
    else parts.push(parts.pop() + translateOne(token));
  }
  return parts;
}

/** One character or a set. */
function translateOne(token: string): string {
  if (token === '?') return '.';
  if (token.length === 1) return token.replace(/\W/, '\\$&');
  const [, not, members = ''] = /^\[([!^](?=[^\]]))?(.*)\]$/s.exec(token) ?? [];
  // A range that is upside down, `[z-a]`, has nothing in it.
  const ranges = (members.match(/.-.|./gs) ?? []).filter(([from = '', , to = from]) => from <= to);
  return `[${not ? '^' : ''}${ranges.map(escapeMember).join('')}]`;
}

function escapeMember(range: string): string {
  return range.replace(/^-$|[\\\][^]/g, '\\$&');
}
