import type { Failure } from '../errors.ts';
import type { SendLimits } from '../plan.ts';
import type { Packet, Spool, SpoolState } from '../types.ts';

/** What delivery needs to know of the run. */
export interface Delivery {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** Aborted when the run has to end; its reason is said. */
  readonly signal: AbortSignal;
  /** When that will be by the deadline, on the clock of clock.ts. */
  readonly deadline: number;
  /** Where this run's datapoints are kept first, and those of earlier runs wait; none for StatsD. */
  readonly spool?: Spool;
  /** The most datapoints that stay in the spool. */
  readonly queueSize: number;
  /** Is told each step, when the run is verbose. */
  readonly tell?: (step: string) => void;
  /** Is told before each wait for another attempt. */
  readonly tellWait?: (step: string) => void;
  /** Is told each line that is sent, when it is very verbose. */
  readonly trace?: (line: string) => void;
}

/** What became of the datapoints of one destination. */
export interface Outcome {
  readonly failures: readonly Failure[];
  /** Delivered, those of earlier runs included. */
  readonly sent: number;
  /** Of this run, kept for a later one. */
  readonly spooled: number;
  /** Lost: undeliverable without a spool, too many in the spool, too long for a packet. */
  readonly dropped: number;
  /** What waits in the spool now. */
  readonly waiting: SpoolState | undefined;
}

/** An outcome in which nothing has happened. */
export const NOTHING: Outcome = { failures: [], sent: 0, spooled: 0, dropped: 0, waiting: undefined };

/** The way to the destination. */
export interface Sending {
  readonly limits: SendLimits;
  readonly signal: AbortSignal;
  /** One attempt; throws a Failure when it is not known that all was delivered. */
  readonly send: (packets: Iterable<Packet>) => Promise<void>;
  /** Is told of each failure that is followed by another attempt, and of the milliseconds before that. */
  readonly onFailure: (error: unknown, wait: number) => void;
}
