import { Failure } from '../errors.ts';
import type { Outage, RunMemory } from './runs.ts';

/** A run's failures, sorted, and the outages that the next run has to know. */
export interface Reminded {
  /** Failures to print now. */
  readonly said: readonly Failure[];
  /** Failures that an earlier run has printed: they count for the exit code alone. */
  readonly muted: readonly Failure[];
  readonly outages: RunMemory['outages'];
}

/**
 * Mutes an outage in which nothing is lost: its first run prints it, then one run every `interval` seconds does; a run that
 * delivers ends it. If the clock was set back, the size of the difference counts. Returns the failures, and the outages for
 * the next run.
 */
export function remind(
  failures: readonly Failure[],
  before: RunMemory['outages'],
  timestamp: number,
  interval: number,
): Reminded {
  const outages = new Map<string, Outage>();
  const [said, muted]: [Failure[], Failure[]] = [[], []];
  for (const failure of failures) {
    if (failure.code !== 'kept') {
      said.push(failure);
      continue;
    }
    const { since: start, said: last } = before.get(failure.where) ?? { since: timestamp, said: -Infinity };
    const since = Math.min(start, timestamp);
    const isDue = Math.abs(timestamp - last) >= interval;
    outages.set(failure.where, { since, said: isDue ? timestamp : last });
    if (isDue) said.push(addDuration(failure, timestamp - since));
    else muted.push(failure);
  }
  return { said, muted, outages };
}

function addDuration(failure: Failure, seconds: number): Failure {
  if (seconds < 60) return failure;
  const { code, where, what } = failure;
  return new Failure(code, where, `${what}; this outage has lasted for ${Math.round(seconds / 60)} minutes`);
}
