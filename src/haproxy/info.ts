import type { InfoValue } from '../types.ts';
import { INFO_TEXT } from './fields.ts';
import { parseNumber } from './number.ts';

/**
 * Reads a `show info` answer: one `Name: value` a line.
 * A value may hold colons itself, so the first one separates.
 */
export function parseInfo(answer: string): Map<string, InfoValue> {
  const info = new Map<string, InfoValue>();
  for (const line of answer.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const name = line.slice(0, colon);
    const text = line.slice(colon + 1).trim();
    info.set(name, { text, number: INFO_TEXT.has(name) ? undefined : parseNumber(text) });
  }
  return info;
}
