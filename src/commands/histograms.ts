import type { Failure } from '../errors.ts';
import type { Plan } from '../plan.ts';
import { openMemory } from './memory.ts';
import type { Everything } from './read.ts';

/**
 * Adds quantiles of each histogram's increase since the previous run, and stores the histograms for the next one; without a
 * spool, returns `read` as it is.
 */
export async function compareHistograms(
  plan: Plan,
  read: Everything,
): Promise<{ readonly read: Everything; readonly failures: readonly Failure[] }> {
  const hasHistograms = read.hooks.series.some(({ buckets }) => buckets !== undefined);
  if (plan.spool === undefined || !hasHistograms) return { read, failures: [] };
  const memory = await openMemory(plan.spool, plan);
  const { directory } = memory;
  if (directory === undefined) return { read, failures: [] }; // said when the datapoints need it

  const { measureGrowth } = await import('../hook/growth.ts');
  const { recallHistograms, rememberHistograms } = await import('../memory/histograms.ts');
  const before = await memory.attempt(DAMAGED, () => recallHistograms(directory));
  const { series, now } = measureGrowth(before ?? new Map(), read.hooks.series);
  if (!plan.dryRun)
    await memory.attempt('the histograms of this run cannot be kept', () =>
      rememberHistograms(directory, now),
    );
  return { read: { ...read, hooks: { ...read.hooks, series } }, failures: memory.failures };
}

const DAMAGED = 'the histograms of earlier runs (histograms.json) cannot be read and are begun anew';
