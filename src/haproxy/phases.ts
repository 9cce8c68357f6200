import { seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';

/** The two time limits of one attempt: for the connection, and for the whole answer. */
export interface Phases {
  connected(): void;
  received(bytes: number): void;
  over(): void;
}

/** Bytes left for all answers of a run; the first MiB of each answer is free. */
export interface Room {
  left: number;
}

/** Most MiB of one answer, of which a run takes seven times as much memory. 100,000 servers take 24, or 40 with traffic. */
const LARGEST_ANSWER = 64;

/** MiB that every answer may have, however large the others are. */
const SMALL_ANSWER = 1;

/** Most MiB of all answers together. */
const LARGEST_SUM = 128;

/** Returns the number of bytes that all answers of one run may share. */
export function makeRoom(): Room {
  return { left: mebibytes(LARGEST_SUM) };
}

/** Starts the timers of an attempt; calls `fail` with the phase that took too long, and its limit. */
export function startPhases(
  limits: ReadLimits,
  total: AbortSignal,
  room: Room,
  fail: (what: string) => void,
): Phases {
  let [size, isConnected] = [0, false];
  const noConnection = (): void => {
    if (!isConnected) fail(`no connection within ${seconds(limits.connectTimeout)} (timeout)`);
  };
  const noAnswer = (): void => {
    const got = size === 0 ? 'no answer' : `only ${size} bytes of the answer`;
    fail(`${got} within ${seconds(limits.total)} (pull-timeout)`);
  };
  // A connection that stood while this process was busy with other endpoints is seen first.
  const connecting = setTimeout(() => setImmediate(noConnection), limits.connectTimeout);
  total.addEventListener('abort', noAnswer, { once: true });
  if (total.aborted) noAnswer();
  const endConnecting = (): void => {
    isConnected = true;
    clearTimeout(connecting);
  };
  return {
    connected: endConnecting,
    received: bytes => {
      const before = large(size);
      size += bytes;
      room.left -= large(size) - before;
      const isTooLarge = size > mebibytes(LARGEST_ANSWER);
      if (!isTooLarge && room.left >= 0) return;
      room.left += large(size);
      if (isTooLarge) fail(`the answer is larger than ${LARGEST_ANSWER} MiB`);
      else fail(`the answers of all endpoints are larger than ${LARGEST_SUM} MiB`);
    },
    over: () => {
      endConnecting();
      total.removeEventListener('abort', noAnswer);
    },
  };
}

/** The part of an answer's size that is not free. */
function large(size: number): number {
  return Math.max(0, size - mebibytes(SMALL_ANSWER));
}

function mebibytes(count: number): number {
  return count * 2 ** 20;
}
