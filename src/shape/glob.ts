/** Makes the test whether a text matches one of the globs: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of a set. */
export function globTest(globs: readonly string[]): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${globs.map(translate).join('|')})$`, 's');
  return globs.length === 0 ? () => false : text => pattern.test(text);
}

/** Whether a text is more than the name of one thing. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

function translate(glob: string): string {
  return glob.replace(/\*+|\?|\[!?[^\]]+\]|[^\w]/g, part => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part.length === 1) return `\\${part}`;
    return part.replace(/\\/g, '\\\\').replace(/^\[!/, '[^');
  });
}
