import type { Aspect } from './finding.ts';

/** Oddities of the numbers, as texts: `lost` for those that make a run leave numbers out, `kept` for those that do not. */
export interface Oddities {
  readonly lost: readonly string[];
  readonly kept: readonly string[];
}

const MOST_SHOWN = 5;

/**
 * Returns a warning that lists the oddities, five at most, if any of them loses numbers; otherwise no finding, and the others
 * are part of the good news.
 */
export function checkOddities({ lost, kept }: Oddities): Aspect {
  if (lost.length > 0) return { findings: [{ code: 1, what: joinSome([...lost, ...kept]) }], data: [] };
  return { findings: [], data: [], ...(kept.length > 0 && { good: joinSome(kept) }) };
}

function joinSome(texts: readonly string[]): string {
  const more = texts.length - MOST_SHOWN;
  return [...texts.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more like this`] : [])].join('; ');
}
