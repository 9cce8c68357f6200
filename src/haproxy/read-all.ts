import { asFailure, Failure, reason } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { Endpoint, EndpointSpec, Endpoints, Snapshot } from '../types.ts';
import { findEndpoints } from './find.ts';
import { findProcesses, type Processes } from './processes.ts';
import { readSnapshot } from './read.ts';

/** What came of reading every endpoint side by side. */
export interface Reading extends Processes {
  readonly endpoints: Endpoints;
  /** Every endpoint that answered, a process that was reached twice included. */
  readonly answered: readonly Snapshot[];
  /** One for each endpoint, glob or directory that gave nothing. */
  readonly failures: readonly Failure[];
}

/** Finds and reads the endpoints, not later than `stop`: whoever has answered by then has been read. */
export async function readAll(
  specs: readonly EndpointSpec[],
  limits: ReadLimits,
  stop?: AbortSignal,
): Promise<Reading> {
  const { failures, ...endpoints } = await findEndpoints(specs);
  const results = await Promise.allSettled(endpoints.list.map(endpoint => readUntil(endpoint, limits, stop)));
  const answered = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const unread = results.flatMap((result, index) =>
    result.status === 'rejected'
      ? [asFailure(result.reason, 'read', endpoints.list[index]?.label ?? '')]
      : [],
  );
  return { endpoints, answered, failures: [...failures, ...unread], ...findProcesses(answered) };
}

async function readUntil(endpoint: Endpoint, limits: ReadLimits, stop?: AbortSignal): Promise<Snapshot> {
  let refuse = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    refuse = () => reject(new Failure('read', endpoint.label, reason(stop?.reason)));
  });
  if (stop?.aborted) refuse();
  stop?.addEventListener('abort', refuse);
  try {
    return await Promise.race([readSnapshot(endpoint, limits), stopped]);
  } finally {
    stop?.removeEventListener('abort', refuse);
  }
}
