import { now } from './clock.ts';
import type { SpoolState } from './types.ts';

/** A run's figures about itself and one of its destinations. Times in milliseconds. */
export interface Figures {
  readonly endpoints: { readonly read: number; readonly failed: number };
  readonly datapoints: {
    /** Delivered, of this run and of earlier ones. */
    readonly sent: number;
    /** Waiting, of this run. */
    readonly spooled: number;
    /** Lost for good. */
    readonly dropped: number;
  };
  /** Undefined without a spool. */
  readonly spool: SpoolState | undefined;
  readonly times: { readonly reading: number; readonly shaping: number; readonly sending: number };
  /** The run's time in seconds since the epoch. */
  readonly timestamp: number;
}

/** Lists the metrics below `hap-monitor`: names and values. The heartbeat tells "no traffic" from "cron is dead". */
export function listSelfMetrics({
  endpoints,
  datapoints,
  spool,
  times,
  timestamp,
}: Figures): readonly (readonly [name: string, value: number])[] {
  return [
    ['heartbeat', 1],
    ['endpoints.read', endpoints.read],
    ['endpoints.failed', endpoints.failed],
    ['datapoints.sent', datapoints.sent],
    ['datapoints.spooled', datapoints.spooled],
    ['datapoints.dropped', datapoints.dropped],
    ...(spool === undefined ? [] : listSpool(spool, timestamp)),
    ...Object.entries(times).map(([name, time]) => [`seconds.${name}`, Math.round(time) / 1000] as const),
  ];
}

function listSpool(spool: SpoolState, timestamp: number) {
  return [
    ['spool.batches', spool.batches],
    ['spool.datapoints', spool.datapoints],
    ['spool.oldest_seconds', ageOfOldest(spool, timestamp)],
  ] as const;
}

/** Returns the seconds that the oldest batch has waited at `timestamp`; 0 if none waits or the clock was set back. */
export function ageOfOldest({ oldest }: SpoolState, timestamp: number): number {
  return oldest === undefined ? 0 : Math.max(0, timestamp - oldest);
}

/** Passes items on, and calls `add` with the milliseconds that it took to make each of them. */
export function* timed<T>(items: Iterable<T>, add: (time: number) => void): Iterable<T> {
  let from = now();
  for (const item of items) {
    add(now() - from);
    yield item;
    from = now();
  }
}
