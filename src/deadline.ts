import { now } from './clock.ts';
import { Failure, reason, seconds } from './errors.ts';

/** Turns of the event loop, and milliseconds of each, for a run to end by itself after its deadline. */
const TURNS = 5;
const TURN = 20;

/** Most milliseconds for these turns: on a busy machine turns come late, and late ones do not count. */
const AFTER_DEADLINE = 1000;

/** Milliseconds from a signal to the end: the run keeps what it has read first. */
const AFTER_STOP = 1000;

/**
 * Returns a signal that aborts when the deadline is reached, in milliseconds from the start of the process, or when `stop`
 * does; `clear` stops its timer.
 */
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
 * Resolves or rejects as the work does, but throws a Failure shortly after the deadline, or a second after `stop`. The work
 * goes on, and its result is ignored: a file system that does not answer cannot be interrupted.
 */
export async function endInTime<T>(work: Promise<T>, milliseconds: number, stop: AbortSignal): Promise<T> {
  let overdue = (_why: string): void => undefined;
  const late = new Promise<never>((_, reject) => {
    overdue = why =>
      reject(new Failure('deliver', 'the run', `${why}, and something does not end: ${ADVICE}`));
  });
  const clock = waitIdly(milliseconds, () => overdue(reached(milliseconds)));
  let afterStop: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    afterStop = setTimeout(() => overdue(reason(stop.reason)), AFTER_STOP);
  };
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.removeEventListener('abort', onStop);
    clock.clear();
    clearTimeout(afterStop);
  }
}

/** Calls back shortly after the deadline, once the process has had nothing to do for some turns: then it waits for something. */
function waitIdly(milliseconds: number, callBack: () => void): { clear(): void } {
  let idle = 0;
  let clock = setTimeout(check, milliseconds - now());
  let due = milliseconds;
  function check(): void {
    if (now() - due < TURN) idle++;
    due = now() + TURN;
    if (idle > TURNS || now() > milliseconds + AFTER_DEADLINE) callBack();
    else clock = setTimeout(check, TURN);
  }
  return { clear: () => clearTimeout(clock) };
}

const ADVICE = 'does a file system (NFS, FUSE) that a path leads to not answer?';

function reached(milliseconds: number): string {
  return `the deadline of ${seconds(milliseconds)} was reached`;
}
