import { MOST_JSON } from './limits.ts';

/** Most levels of objects and lists; gstats' answers have three. */
const DEEPEST = 16;

/**
 * Parses JSON from any source. Checks size and depth first, since a megabyte of brackets takes sixty of memory. NaN and the
 * infinities, which Python writes, become null. Throws an Error in words.
 */
export function parseJson(text: string): unknown {
  if (text.length > MOST_JSON) throw new Error(`holds more than ${MOST_JSON} bytes of JSON, the limit`);
  try {
    return JSON.parse(checkJson(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error('begins like JSON but is damaged or cut short', { cause: error });
  }
}

/** Checks the depth and replaces Python's numbers; looks at each character outside of strings once. */
function checkJson(text: string): string {
  const parts: string[] = [];
  let [depth, kept] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') {
      depth++;
      if (depth > DEEPEST) throw new Error(`is JSON of more than ${DEEPEST} levels: this is no snapshot`);
    } else if (character === '}' || character === ']') depth--;
    else if (character === 'N' || character === 'I') {
      NOT_FINITE.lastIndex = at;
      const [word] = NOT_FINITE.exec(text) ?? [];
      if (word === undefined) continue;
      parts.push(text.slice(kept, text[at - 1] === '-' ? at - 1 : at), 'null');
      at += word.length - 1;
      kept = at + 1;
    }
  }
  return parts.join('') + text.slice(kept);
}

const NOT_FINITE = /NaN|Infinity/y;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
