/** The most rows of `show stat` that are read, merged and named in one go: enough to make what is done once for all of them cheap. */
export const BLOCK = 256;

/** The items in blocks, in their order. */
export function* blocksOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < items.length; at += BLOCK) yield items.slice(at, at + BLOCK);
}
