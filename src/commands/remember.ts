import type { Failure } from '../errors.ts';
import type { RunMemory } from '../memory/runs.ts';
import type { Plan } from '../plan.ts';
import { exitCode, type Report } from '../report.ts';
import { openMemory } from './memory.ts';

/**
 * Returns the report of a run's failures. With a spool, mutes an outage that an earlier run has printed, and stores the
 * outages for the next run.
 */
export async function compareWithBefore(
  failures: readonly Failure[],
  plan: Plan,
  timestamp: number,
): Promise<Report> {
  const { spool, remind: interval, dryRun } = plan;
  const isUnusable = failures.some(({ code }) => code === 'spool');
  if (spool === undefined || dryRun || isUnusable) return { failures };
  const memory = await openMemory(spool, plan);
  const { directory } = memory;
  const rooms =
    directory &&
    (await memory.attempt(FORGOTTEN, () =>
      Promise.all([import('../memory/runs.ts'), import('../memory/outages.ts')]),
    ));
  if (!directory || !rooms) return { failures: [...failures, ...memory.failures] };
  const [{ NO_MEMORY, recallRuns, rememberRuns }, { remind }] = rooms;
  const before = (await memory.attempt(DAMAGED, () => recallRuns(directory))) ?? NO_MEMORY;
  const { said, muted, outages } = remind(failures, before.outages, timestamp, interval);
  const lastGood = exitCode({ failures }) <= 1 ? timestamp : before.lastGood;
  const now: RunMemory = { outages, lastRun: timestamp, ...(lastGood !== undefined && { lastGood }) };
  await memory.attempt(FORGOTTEN, () => rememberRuns(directory, now));
  return { failures: [...said, ...memory.failures], muted };
}

const FORGOTTEN = 'this run cannot be remembered';
const DAMAGED = 'the memory of earlier runs (runs.json) cannot be read and is begun anew';
