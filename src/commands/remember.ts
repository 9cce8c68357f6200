import { resolve } from 'node:path';
import { Failure, reason } from '../errors.ts';
import { NO_MEMORY, type RunMemory } from '../memory/runs.ts';
import type { Plan } from '../plan.ts';
import { exitCode, type Report } from '../report.ts';

/** Failures of a run → its report, with what the runs before it have said; leaves its own for the next one. */
export async function compareWithBefore(
  failures: readonly Failure[],
  { spool, remind: interval, dryRun }: Plan,
  timestamp: number,
): Promise<Report> {
  if (spool === undefined || dryRun) return { failures };
  const { recallRuns, rememberRuns } = await import('../memory/runs.ts');
  const { remind } = await import('../memory/outages.ts');
  const { holdDirectory } = await import('../private-directory.ts');
  const troubles: Failure[] = [];
  const attempt = async <T>(what: string, act: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      const failure = new Failure('spool', spool, `${what}: ${reason(error)}`, error);
      troubles.push(error instanceof Failure ? error : failure);
      return undefined;
    }
  };
  if (failures.some(({ code }) => code === 'spool')) return { failures };
  const held = await attempt('cannot be used', () =>
    holdDirectory(spool, resolve(spool), { name: 'spool', code: 'spool' }),
  );
  if (held === undefined) return { failures: [...failures, ...troubles] };
  const before = (await attempt(DAMAGED, () => recallRuns(held))) ?? NO_MEMORY;
  const { said, muted, outages } = remind(failures, before.outages, timestamp, interval);
  const lastGood = exitCode({ failures }) <= 1 ? timestamp : before.lastGood;
  const memory: RunMemory = { outages, ...(lastGood !== undefined && { lastGood }) };
  await attempt('this run cannot be remembered', () => rememberRuns(held, memory));
  return { failures: [...said, ...troubles], muted };
}

const DAMAGED = 'the memory of earlier runs (runs.json) cannot be read and is begun anew';
