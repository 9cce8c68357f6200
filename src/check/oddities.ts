import type { Aspect } from './finding.ts';

/** What is odd about the numbers: some are not sent, or all are and it is good to know. */
export interface Oddities {
  readonly lost: readonly string[];
  readonly kept: readonly string[];
}

const MOST_SHOWN = 5;

/** Numbers that a run would not send are a warning; what costs none is said beside what is good. */
export function checkOddities({ lost, kept }: Oddities): Aspect {
  if (lost.length > 0) return { findings: [{ code: 1, what: shorten([...lost, ...kept]) }], data: [] };
  return { findings: [], data: [], ...(kept.length > 0 && { good: shorten(kept) }) };
}

function shorten(texts: readonly string[]): string {
  const more = texts.length - MOST_SHOWN;
  return [...texts.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more like this`] : [])].join('; ');
}
