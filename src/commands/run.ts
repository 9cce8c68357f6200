import { startDeadline } from '../deadline.ts';
import type { Plan } from '../plan.ts';
import { oneLine, type Report } from '../report.ts';
import type { Streams } from '../streams.ts';
import { feed } from './feed.ts';
import { compareHistograms } from './histograms.ts';
import { limitDatapoints } from './limit.ts';
import { findMistyped, readEverything } from './read.ts';
import { compareWithBefore } from './remember.ts';
import { describeReading } from './steps.ts';

/**
 * One run: read every endpoint and hook snapshot, shape and name what was read, deliver it once to each destination. Never
 * throws for what it meets. When `stop` is aborted, what was read by then is kept in the spool and the run ends.
 */
export async function run(plan: Plan, streams: Streams, stop: AbortSignal): Promise<Report> {
  const say = (text: string) => void streams.stderr.write(oneLine(text));
  const tell = plan.verbosity > 0 ? say : undefined;
  const tellWait = (step: string): void => {
    if (plan.verbosity > 0 || isTerminal(streams.stderr)) say(step);
  };
  const trace = plan.verbosity > 1 ? say : undefined;
  const timestamp = Math.floor(Date.now() / 1000);
  const everything = await readEverything(plan, () => streams.stdin, stop);
  const { read, failures: forgotten } = await compareHistograms(plan, everything);
  if (tell !== undefined) for (const step of [...plan.notes, ...describeReading(read, plan)]) tell(step);
  const limited = limitDatapoints(plan, read);

  const deadline = startDeadline(plan.deadline, stop);
  try {
    const { signal } = deadline;
    const feeding = {
      plan: limited.plan,
      read,
      timestamp,
      signal,
      tell,
      tellWait,
      trace,
      stdout: streams.stdout,
    };
    const undelivered = await Promise.all(plan.destinations.map(destination => feed(destination, feeding)));
    const failures = [
      ...plan.warnings,
      ...read.haproxy.failures,
      ...read.hooks.failures,
      ...forgotten,
      ...findMistyped(plan, read),
      ...limited.failures,
      ...undelivered.flat(),
    ];
    return await compareWithBefore(failures, plan, timestamp);
  } finally {
    deadline.clear();
  }
}

/** A person who waits wants to know what for; a mail does not. */
function isTerminal(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
