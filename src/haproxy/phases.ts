import { seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';

/** One attempt's two clocks: until the connection stands, and until all of the answer is there. */
export interface Phases {
  connected(): void;
  received(bytes: number): void;
  over(): void;
}

/** Starts the clocks of an attempt; `fail` is told which phase took too long and its limit. */
export function startPhases(limits: ReadLimits, total: AbortSignal, fail: (what: string) => void): Phases {
  let size = 0;
  const noConnection = (): void => fail(`no connection within ${seconds(limits.connectTimeout)} (timeout)`);
  const noAnswer = (): void => {
    const got = size === 0 ? 'no answer' : `only ${size} bytes of the answer`;
    fail(`${got} within ${seconds(limits.total)} (pull-timeout)`);
  };
  const connecting = setTimeout(noConnection, limits.connectTimeout);
  total.addEventListener('abort', noAnswer, { once: true });
  if (total.aborted) noAnswer();
  return {
    connected: () => clearTimeout(connecting),
    received: bytes => {
      size += bytes;
      if (size > LARGEST_ANSWER * 2 ** 20) fail(`the answer is larger than ${LARGEST_ANSWER} MiB`);
    },
    over: () => {
      clearTimeout(connecting);
      total.removeEventListener('abort', noAnswer);
    },
  };
}

/** MiB. 100,000 servers take 40, and 100 where every counter is long. */
const LARGEST_ANSWER = 128;
