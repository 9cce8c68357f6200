import { now } from './clock.ts';
import { Failure, reason, seconds } from './errors.ts';

/** Milliseconds that a run has for ending by itself after its deadline. */
const AFTER_DEADLINE = 100;

/** Milliseconds that it has after a signal, for which what was read is kept first. */
const AFTER_STOP = 1000;

/** The run's one end: its deadline in milliseconds from the start of the process, or `stop`. */
export function startDeadline(
  milliseconds: number,
  stop: AbortSignal,
): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort(new DOMException(reached(milliseconds), 'TimeoutError'));
  const clock = setTimeout(end, Math.max(0, milliseconds - now()));
  return { signal: AbortSignal.any([controller.signal, stop]), clear: () => clearTimeout(clock) };
}

/**
 * Waits for work, but not much longer than the deadline or `stop` allow: a file system that does not answer hears no signal.
 * Throws a Failure then; the work is abandoned.
 */
export async function endInTime<T>(work: Promise<T>, milliseconds: number, stop: AbortSignal): Promise<T> {
  let overdue = (_why: string): void => undefined;
  const late = new Promise<never>((_, reject) => {
    overdue = why =>
      reject(new Failure('deliver', 'the run', `${why}, and something does not end: ${ADVICE}`));
  });
  const clock = setTimeout(() => overdue(reached(milliseconds)), milliseconds + AFTER_DEADLINE - now());
  let afterStop: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    afterStop = setTimeout(() => overdue(reason(stop.reason)), AFTER_STOP);
  };
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.removeEventListener('abort', onStop);
    clearTimeout(clock);
    clearTimeout(afterStop);
  }
}

const ADVICE = 'does a file system (NFS, FUSE) that a path leads to not answer?';

function reached(milliseconds: number): string {
  return `the deadline of ${seconds(milliseconds)} was reached`;
}
