import { now } from '../../clock.ts';
import { countLines } from '../../count.ts';
import type { Packet } from '../../types.ts';

/**
 * Milliseconds' worth that go out in a burst, and as much again after a pause that took too long: at the default pace 27 datagrams,
 * where a socket of Linux has room for some 80. What is left is the time that the receiver may look away, so longer bursts,
 * which would save pauses, lose datagrams.
 */
const BURST = 5;

/** Tells when the next packet may be sent, so that at most `rate` lines a second are. */
export interface Pace {
  /** Milliseconds to wait before the next packet; 0 for most. */
  wait(): number;
  count(sent: Packet): void;
}

export function startPace(rate: number): Pace {
  let due = now();
  return {
    wait: () => {
      due = Math.max(due, now() - BURST);
      const ahead = due - now();
      return ahead >= BURST ? ahead : 0;
    },
    count: sent => {
      due += (countLines(sent) / rate) * 1000;
    },
  };
}
