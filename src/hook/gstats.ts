import type { HookApplication } from './application.ts';
import { parseJson } from './json.ts';
import { LONGEST_LABEL, MOST_APPLICATIONS } from './limits.ts';

const TIMES = ['processing_time.avg', 'processing_time.std'];
const FIELDS = ['started', 'finished', ...TIMES];

/**
 * Parses gstats-collectd's answer to STATS, an object with the applications by name; `{}` before the first request. Throws an
 * Error for any other text. Leaves out mean and deviation while no request is finished: gstats sends 0 then. Does not
 * subtract finished from started: gstats counts a request of less than a millisecond as started twice.
 */
export function parseGstats(text: string): readonly HookApplication[] {
  const entries = Object.entries(parseJson(text) as object);
  if (entries.length > MOST_APPLICATIONS)
    throw new Error(`holds ${entries.length} applications, the limit is ${MOST_APPLICATIONS}`);
  return entries.map(([name, value]) => ({ name, fields: readFields(name, value) }));
}

function readFields(name: string, value: unknown): ReadonlyMap<string, number> {
  if (name.length > LONGEST_LABEL)
    throw new Error(`an application's name is longer than ${LONGEST_LABEL} characters, the limit`);
  if (Array.isArray(value)) {
    const what = 'is a list of times, the answer of gstats-collectd to RTIMES';
    throw new Error(`${JSON.stringify(name.slice(0, 100))} ${what}: STATS has to be asked`);
  }
  const fields = new Map<string, number>();
  for (const path of FIELDS) {
    const found = path.split('.').reduce<unknown>(getOwn, value);
    // A mean of nothing is NaN in Python, and null here.
    if (found === null && TIMES.includes(path)) continue;
    fields.set(path, checkNumber(found, name, path));
  }
  if (fields.get('finished') === 0) for (const path of TIMES) fields.delete(path);
  return fields;
}

function getOwn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function checkNumber(found: unknown, name: string, path: string): number {
  if (typeof found === 'number' && Number.isFinite(found) && found >= 0) return found;
  const shown = JSON.stringify(name.slice(0, 100));
  throw new Error(
    `${shown} has no number of 0 or more in "${path}": this is not what gstats-collectd answers`,
  );
}
