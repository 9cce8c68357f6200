import { resolve } from 'node:path';
import { Failure, reason } from '../errors.ts';
import type { Plan } from '../plan.ts';
import type { Everything } from './read.ts';

/** With a spool, quantiles of histograms are over what came since the run before; leaves the histograms for the next run. */
export async function compareHistograms(
  { spool, dryRun }: Plan,
  read: Everything,
): Promise<{ readonly read: Everything; readonly failures: readonly Failure[] }> {
  const hasHistograms = read.hooks.series.some(({ buckets }) => buckets !== undefined);
  if (spool === undefined || !hasHistograms) return { read, failures: [] };
  const held = await holdSpool(spool, dryRun);
  if (held === undefined) return { read, failures: [] };

  const { measureGrowth } = await import('../hook/growth.ts');
  const { recallHistograms, rememberHistograms } = await import('../memory/histograms.ts');
  const failures: Failure[] = [];
  const attempt = async <T>(what: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      failures.push(new Failure('spool', spool, `${what}: ${reason(error)}`, error));
      return undefined;
    }
  };
  const before = await attempt(DAMAGED, () => recallHistograms(held));
  const { series, now } = measureGrowth(before ?? new Map(), read.hooks.series);
  if (!dryRun)
    await attempt('the histograms of this run cannot be kept', () => rememberHistograms(held, now));
  return { read: { ...read, hooks: { ...read.hooks, series } }, failures };
}

const DAMAGED = 'the histograms of earlier runs (histograms.json) cannot be read and are begun anew';

/** Undefined where it cannot be used, which is said when the datapoints need it. A dry run makes no directory. */
async function holdSpool(spool: string, dryRun: boolean): Promise<string | undefined> {
  const { expectAnswer } = await import('../spool/open.ts');
  const { holdDirectory } = await import('../private-directory.ts');
  try {
    await expectAnswer(spool);
    return dryRun ? spool : holdDirectory(spool, resolve(spool), { name: 'spool', code: 'spool' });
  } catch {
    return undefined;
  }
}
