import { startDeadline } from '../deadline.ts';
import type { Plan } from '../plan.ts';
import type { Report } from '../report.ts';
import type { Streams } from '../streams.ts';
import { feedAll } from './feed.ts';
import { compareHistograms } from './histograms.ts';
import { limitDatapoints } from './limit.ts';
import { openLayout } from './points.ts';
import { findMistyped, readEverything } from './read.ts';
import { compareWithBefore } from './remember.ts';
import { describeReading } from './steps.ts';
import { makeVoice } from './voice.ts';
import { numberWorkers } from './workers.ts';

/**
 * One run: reads every endpoint and hook snapshot, shapes and names the numbers, and delivers them once to each destination.
 * Returns failures in the report, does not throw them. If `stop` is aborted the run ends; the numbers read by then are kept
 * in the spool.
 */
export async function run(plan: Plan, streams: Streams, stop: AbortSignal): Promise<Report> {
  const voice = makeVoice(plan, streams);
  const timestamp = Math.floor(Date.now() / 1000);
  const [everything, namePoints] = await Promise.all([
    readEverything(plan, () => streams.stdin, stop),
    openLayout(plan.layout),
  ]);
  const compared = await compareHistograms(plan, everything);
  const { read, failures: unnumbered } = await numberWorkers(plan, compared.read);
  for (const step of voice.tell ? [...plan.notes, ...describeReading(read, plan)] : []) voice.tell?.(step);
  const limited = limitDatapoints(plan, read, namePoints);

  const deadline = startDeadline(plan.deadline, stop);
  try {
    const { signal } = deadline;
    const feeding = { plan: limited.plan, read, namePoints, timestamp, signal, voice, streams };
    const undelivered = await feedAll(feeding);
    const failures = [
      ...plan.warnings,
      ...read.haproxy.failures,
      ...read.hooks.failures,
      ...compared.failures,
      ...unnumbered,
      ...(await findMistyped(plan, read)),
      ...limited.failures,
      ...undelivered,
    ];
    return await compareWithBefore(failures, plan, timestamp);
  } finally {
    deadline.clear();
  }
}
