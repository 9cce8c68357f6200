import type { Failure } from '../errors.ts';
import type { Further } from './further.ts';
import { makeRoom, type Room } from './phases.ts';
import { makeTurns, type Turn } from './turns.ts';

/** What the endpoints of a run share. */
export interface Round {
  readonly stop: AbortSignal;
  /** For an endpoint, retries and waits included. */
  readonly admit: Turn;
  /** For one connection of an endpoint. */
  readonly takeTurn: Turn;
  readonly room: Room;
  /** Is rejected with the reason of `stop`; a listener for each who waits would make Node warn of a leak. */
  readonly stopped: Promise<never>;
  /** Those that are aborted with `stop`. */
  readonly running: Set<AbortController>;
  /** Asked beside the statistics. */
  readonly further: readonly (keyof Further)[];
  /** What could not be read beside a snapshot. */
  readonly failures: Failure[];
  /** Forgets `stop`. */
  over(): void;
}

/** Connections at a time: many more than HAProxies on a host, and far fewer than the files that a process may open. */
const AT_ONCE = 256;

/** Endpoints at a time: what an endpoint that waits for its retry costs is memory alone. */
const ADMITTED = 1024;

/** Begins a round of reading, which lasts until `stop`. */
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
