/**
 * Largest number of rows that are read, merged, named and written at a time: enough to make the work for each block cheap.
 */
export const BLOCK = 256;

/** Splits items into blocks of at most BLOCK, in their order. */
export function* blocksOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < items.length; at += BLOCK) yield items.slice(at, at + BLOCK);
}
