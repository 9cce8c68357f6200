import { startDeadline } from '../deadline.ts';
import type { Plan } from '../plan.ts';
import { oneLine, type Report } from '../report.ts';
import type { Streams } from '../streams.ts';
import { feed } from './feed.ts';
import { limitDatapoints } from './limit.ts';
import { describeReading, findMistyped, readEverything } from './read.ts';
import { compareWithBefore } from './remember.ts';

/**
 * One run: read every endpoint and hook snapshot, shape and name what was read, deliver it once to each destination. Never
 * throws for what it meets. When `stop` is aborted, what was read by then is kept in the spool and the run ends.
 */
export async function run(plan: Plan, streams: Streams, stop: AbortSignal): Promise<Report> {
  const trace = plan.verbose ? (text: string) => void streams.stderr.write(oneLine(text)) : () => undefined;
  const timestamp = Math.floor(Date.now() / 1000);
  const read = await readEverything(plan, () => streams.stdin, stop);
  for (const note of [...plan.notes, ...describeReading(read)]) trace(note);

  const limited = limitDatapoints(plan, read);

  const deadline = startDeadline(plan.deadline, stop);
  try {
    const { signal } = deadline;
    const feeding = { plan: limited.plan, read, timestamp, signal, trace, stdout: streams.stdout };
    const undelivered = await Promise.all(plan.destinations.map(destination => feed(destination, feeding)));
    const failures = [
      ...plan.warnings,
      ...read.haproxy.failures,
      ...read.hooks.failures,
      ...findMistyped(plan, read),
      ...limited.failures,
      ...undelivered.flat(),
    ];
    return await compareWithBefore(failures, plan, timestamp);
  } finally {
    deadline.clear();
  }
}
