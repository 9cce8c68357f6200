import type { Failure } from '../errors.ts';
import type { Plan } from '../plan.ts';
import type { NumberedWorker } from '../types.ts';
import { openMemory } from './memory.ts';
import type { Everything } from './read.ts';

/** Returns each worker a number, with a spool the same as in the previous run, and stores the numbers for the next one. */
export async function numberWorkers(
  plan: Plan,
  read: Everything,
): Promise<{ readonly read: Everything; readonly failures: readonly Failure[] }> {
  if (plan.hookLimits.workers !== true || plan.hooks.length === 0) return { read, failures: [] };
  const room = await import('../hook/numbering.ts');
  const number = (before: readonly NumberedWorker[] = []) =>
    room.numberWorkers(before, read.hooks.series, listMissed(plan, read));
  const memory = plan.spool === undefined ? undefined : await openMemory(plan.spool, plan);
  const directory = memory?.directory;
  // A spool that cannot be used is said when the datapoints need it.
  if (memory === undefined || directory === undefined)
    return { read: withSeries(read, number().series), failures: [] };

  const { recallWorkers, rememberWorkers } = await import('../memory/workers.ts');
  const { series, now } = number(await memory.attempt(DAMAGED, () => recallWorkers(directory)));
  if (!plan.dryRun)
    await memory.attempt('the numbers of workers cannot be kept', () => rememberWorkers(directory, now));
  return { read: withSeries(read, series), failures: memory.failures };
}

const DAMAGED = 'the numbers of workers (workers.json) cannot be read and are given anew';

/** Labels of sources that were not read this time. */
function listMissed({ hooks }: Plan, read: Everything): ReadonlySet<string> {
  const labels = new Set(hooks.map(({ label }) => label));
  for (const { label } of read.hooks.read) labels.delete(label);
  return labels;
}

function withSeries(read: Everything, series: Everything['hooks']['series']): Everything {
  return { ...read, hooks: { ...read.hooks, series } };
}
