import { now } from '../clock.ts';

/** Milliseconds that HAProxy's answers and the time limits may have to wait for the reading of a snapshot. */
const SLICE = 10;

/** Gives the event loop its turn when a slice of time is used up; undefined until then. */
export type Yield = () => Promise<void> | undefined;

/** Makes the function that long work calls often; it rejects with the signal's reason once that is aborted. */
export function inSlices(signal: AbortSignal): Yield {
  let end = now() + SLICE;
  const takeTurn = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
    end = now() + SLICE;
  };
  return () => (now() < end ? undefined : takeTurn());
}
