import { now } from '../clock.ts';

/** Milliseconds. HAProxy's answers and every time limit wait no longer than this for a snapshot that is being read. */
const SLICE = 10;

/** Gives the event loop its turn when a slice of time is used up; undefined, with nothing to wait for, until then. */
export type Yield = () => Promise<void> | undefined;

/** Makes the function that long work calls often. It rejects with the signal's reason once that is aborted. */
export function inSlices(signal: AbortSignal): Yield {
  let end = now() + SLICE;
  const takeTurn = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
    end = now() + SLICE;
  };
  return () => (now() < end ? undefined : takeTurn());
}
