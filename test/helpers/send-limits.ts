import type { SendLimits } from '../../src/plan.ts';

/** One try, a second for everything, and what a test wants otherwise. */
export function sendLimits(own: Partial<SendLimits>): SendLimits {
  return {
    retries: 0,
    interval: 0,
    backoff: 1,
    connectTimeout: 1000,
    writeTimeout: 1000,
    confirmTimeout: 1000,
    confirm: 'close',
    udpRate: 50_000,
    ...own,
  };
}
