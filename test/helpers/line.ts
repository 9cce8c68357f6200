import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** A command line's directory, for plans that are made by hand. */
export const LINE = 'line-00000001';

/** The directory of the only command line, or of its series, that has used a spool. */
export function lineIn(spool: string, kind: 'line' | 'series' = 'line'): string {
  const lines = readdirSync(spool).filter(name => name.startsWith(`${kind}-`));
  expect(lines).toEqual([expect.stringMatching(/-[0-9a-f]{8}$/)]);
  return join(spool, ...lines);
}
