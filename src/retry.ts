import { setTimeout as sleep } from 'node:timers/promises';

/** Number of retries and milliseconds before the first; each further wait is `backoff` times longer. */
export interface RetryLimits {
  readonly retries: number;
  readonly interval: number;
  readonly backoff?: number;
}

/**
 * Calls `attempt` until it succeeds. Throws the last error once no retry or no time is left. Calls `onFailure` with each
 * error that another attempt follows, and with the milliseconds until then.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  limits: RetryLimits,
  signal: AbortSignal,
  onFailure?: (error: unknown, wait: number) => void,
): Promise<T> {
  let wait = limits.interval;
  for (let retries = limits.retries; ; retries--) {
    try {
      return await attempt();
    } catch (error) {
      if (retries === 0 || signal.aborted) throw error;
      onFailure?.(error, wait);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
      wait *= limits.backoff ?? 1;
    }
  }
}
