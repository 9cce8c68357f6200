import { asFailure, type Failure } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { EndpointSpec, Endpoints, Snapshot } from '../types.ts';
import { findEndpoints } from './find.ts';
import { findProcesses, type Processes } from './processes.ts';
import { readSnapshot } from './read.ts';
import { makeTurns } from './turns.ts';

/** What came of reading every endpoint side by side. */
export interface Reading extends Processes {
  readonly endpoints: Endpoints;
  /** Every endpoint that answered, a process that was reached twice included. */
  readonly answered: readonly Snapshot[];
  /** One for each endpoint, glob or directory that gave nothing. */
  readonly failures: readonly Failure[];
}

/** Connections at a time: many more than HAProxies on a host, and far fewer than the files that a process may open. */
const AT_ONCE = 256;

/** Finds and reads the endpoints, not later than `stop`: whoever has answered by then has been read. */
export async function readAll(
  specs: readonly EndpointSpec[],
  limits: ReadLimits,
  stop: AbortSignal = new AbortController().signal,
): Promise<Reading> {
  const { failures, ...endpoints } = await findEndpoints(specs, limits, stop);
  const takeTurn = makeTurns(AT_ONCE);
  const results = await Promise.allSettled(
    endpoints.list.map(endpoint => readSnapshot(endpoint, limits, stop, takeTurn)),
  );
  const answered = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const unread = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [asFailure(result.reason, 'read', endpoints.list[index]?.label ?? '')]
      : [],
  );
  return { endpoints, answered, failures: [...failures, ...unread], ...findProcesses(answered) };
}
