import type { Failure } from '../errors.ts';
import type { RetryLimits } from '../retry.ts';
import type { Packet, Spool, SpoolState } from '../types.ts';

/** The run, as far as delivery needs it. */
export interface Delivery {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** Aborted when the run has to end; messages give its reason. */
  readonly signal: AbortSignal;
  /** The time of the deadline, on the clock of clock.ts. */
  readonly deadline: number;
  /** The spool that keeps this run's datapoints first, and those of earlier runs; none for StatsD. */
  readonly spool?: Spool;
  /** The most datapoints that stay in the spool. */
  readonly queueSize: number;
  /** Called with each step of a verbose run. */
  readonly tell?: (step: string) => void;
  /** Called with a text before each wait for another attempt. */
  readonly tellWait?: (step: string) => void;
  /** Called with each line that a very verbose run sends. */
  readonly trace?: (line: string) => void;
}

/** The fate of one destination's datapoints. */
export interface Outcome {
  readonly failures: readonly Failure[];
  /** Datapoints delivered, those of earlier runs included. */
  readonly sent: number;
  /** Datapoints of this run that are kept for a later one. */
  readonly spooled: number;
  /** Datapoints lost: undeliverable without a spool, too many in the spool, or too long for a packet. */
  readonly dropped: number;
  /** The spool after the delivery; undefined without one. */
  readonly waiting: SpoolState | undefined;
}

/** The outcome of doing nothing. */
export const NOTHING: Outcome = { failures: [], sent: 0, spooled: 0, dropped: 0, waiting: undefined };

/** The way to the destination. */
export interface Sending {
  readonly limits: RetryLimits;
  readonly signal: AbortSignal;
  /** Makes one attempt; throws a Failure unless everything is known to be delivered. */
  readonly send: (packets: Iterable<Packet>) => Promise<void>;
  /** Called with each error that another attempt follows, and the milliseconds until then. */
  readonly onFailure: (error: unknown, wait: number) => void;
}
