import type { Failure } from '../errors.ts';
import type { Further } from './further.ts';
import { makeRoom, type Room } from './phases.ts';
import { makeTurns, type Turn } from './turns.ts';

/** The state that the endpoints of a run share. */
export interface Round {
  readonly stop: AbortSignal;
  /** Returns turns to endpoints, for all their retries and waits. */
  readonly admit: Turn;
  /** Returns turns to connections. */
  readonly takeTurn: Turn;
  readonly room: Room;
  /** Rejects with the reason of `stop`; a listener for each endpoint would make Node warn of a leak. */
  readonly stopped: Promise<never>;
  /** Controllers to abort with `stop`. */
  readonly running: Set<AbortController>;
  /** The optional answers to ask for. */
  readonly further: readonly (keyof Further)[];
  /** Failures of optional answers. */
  readonly failures: Failure[];
  /** Stops listening to `stop`. */
  over(): void;
}

/** Most connections at a time: many more than HAProxies on a host, and far fewer than a process's open files. */
const AT_ONCE = 256;

/** Most endpoints at a time: one that waits for its retry costs nothing but memory. */
const ADMITTED = 1024;

/** Creates the state that the endpoints of a run share; `stop` ends the round. */
export function startRound(stop: AbortSignal, further: readonly (keyof Further)[] = []): Round {
  const running = new Set<AbortController>();
  let endWaiting = (_reason: unknown): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    endWaiting = reject;
  });
  stopped.catch(() => undefined); // nobody may wait
  const endAll = (): void => {
    endWaiting(stop.reason);
    for (const one of running) one.abort(stop.reason);
  };
  stop.addEventListener('abort', endAll, { once: true });
  if (stop.aborted) endAll();
  return {
    stop,
    admit: makeTurns(ADMITTED),
    takeTurn: makeTurns(AT_ONCE),
    room: makeRoom(),
    stopped,
    running,
    further,
    failures: [],
    over: () => stop.removeEventListener('abort', endAll),
  };
}
