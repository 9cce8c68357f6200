import { now } from '../clock.ts';

/** Milliseconds that HAProxy's answers and the time limits may have to wait for the reading of a snapshot. */
const SLICE = 10;

/** Lets the event loop run if a slice of time is used up: returns a promise to wait for then, undefined otherwise. */
export type Yield = () => Promise<void> | undefined;

/** Returns a function for long work to call often; its promise rejects with the signal's reason once that is aborted. */
export function inSlices(signal: AbortSignal): Yield {
  let end = now() + SLICE;
  const takeTurn = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
    end = now() + SLICE;
  };
  return () => (now() < end ? undefined : takeTurn());
}
