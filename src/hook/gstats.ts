import type { HookApplication } from './application.ts';
import { LONGEST_LABEL, MOST_APPLICATIONS } from './limits.ts';

const TIMES = ['processing_time.avg', 'processing_time.std'];
const FIELDS = ['started', 'finished', ...TIMES];

/**
 * Reads what gstats-collectd answers to STATS, an object with the applications by name; `{}` when it has seen nothing yet.
 * Throws an Error for everything else.
 *
 * Its mean and deviation of 0 where no request is finished are no measurements. Its started less finished is not what is in
 * progress (a request that takes less than a millisecond is counted as started twice).
 */
export function parseGstats(text: string): readonly HookApplication[] {
  const entries = Object.entries(parseJson(text));
  if (entries.length > MOST_APPLICATIONS)
    throw new Error(`holds ${entries.length} applications, the limit is ${MOST_APPLICATIONS}`);
  return entries.map(([name, value]) => ({ name, fields: readFields(name, value) }));
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('begins like JSON but is damaged or cut short', { cause: error });
  }
}

function readFields(name: string, value: unknown): ReadonlyMap<string, number> {
  if (name.length > LONGEST_LABEL)
    throw new Error(`an application's name is longer than ${LONGEST_LABEL} characters, the limit`);
  if (Array.isArray(value)) {
    const what = 'is a list of times, the answer of gstats-collectd to RTIMES';
    throw new Error(`${JSON.stringify(name)} ${what}: STATS has to be asked`);
  }
  const fields = new Map(FIELDS.map(path => [path, readNumber(name, value, path)]));
  if (fields.get('finished') === 0) for (const path of TIMES) fields.delete(path);
  return fields;
}

function readNumber(name: string, value: unknown, path: string): number {
  const found = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );
  if (typeof found === 'number' && Number.isFinite(found) && found >= 0) return found;
  throw new Error(
    `${JSON.stringify(name)} has no number of 0 or more in "${path}": this is not what gstats-collectd answers`,
  );
}
