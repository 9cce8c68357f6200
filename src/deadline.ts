import { now } from './clock.ts';
import { seconds } from './errors.ts';

/** The run's one end: its deadline in milliseconds from the start of the process, or `stop`. */
export function startDeadline(
  milliseconds: number,
  stop: AbortSignal,
): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const end = (): void =>
    controller.abort(
      new DOMException(`the deadline of ${seconds(milliseconds)} was reached`, 'TimeoutError'),
    );
  const clock = setTimeout(end, Math.max(0, milliseconds - now()));
  return { signal: AbortSignal.any([controller.signal, stop]), clear: () => clearTimeout(clock) };
}
