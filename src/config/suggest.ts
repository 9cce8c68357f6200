/** Returns the known word nearest to a mistyped one; undefined if none is near. */
export async function suggest(word: string, known: readonly string[]): Promise<string | undefined> {
  if (word.length > LONGEST) return undefined;
  const { default: leven } = await import('leven');
  const distance = (other: string) => leven(word.toLowerCase(), other.toLowerCase());
  const [nearest] = [...known].sort((a, b) => distance(a) - distance(b));
  const limit = Math.min(3, Math.ceil(word.length / 2));
  return nearest !== undefined && distance(nearest) <= limit ? nearest : undefined;
}

/** Characters of a word that may be mistyped; comparing takes the square of the length. */
const LONGEST = 64;
