import { expectFailure, Failure } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { Endpoint, EndpointSpec, Endpoints, Snapshot } from '../types.ts';
import { findEndpoints } from './find.ts';
import type { Further } from './further.ts';
import { findProcesses, type Processes } from './processes.ts';
import { readSnapshot } from './read.ts';
import { startRound } from './round.ts';

/** The outcome of reading every endpoint. */
export interface Reading extends Processes {
  readonly endpoints: Endpoints;
  /** A snapshot of every endpoint that answered, also of a process that was reached twice. */
  readonly answered: readonly Snapshot[];
  /** A failure for each endpoint, glob or directory that gave nothing. */
  readonly failures: readonly Failure[];
}

/**
 * Finds and reads all endpoints at the same time. When `stop` aborts, the answers that are there count, and every other
 * endpoint is a failure.
 */
export async function readAll(
  specs: readonly EndpointSpec[],
  limits: ReadLimits,
  stop: AbortSignal = new AbortController().signal,
  further: readonly (keyof Further)[] = [],
): Promise<Reading> {
  const round = startRound(stop, further);
  const outcomes = new Map<string, Promise<Snapshot | Failure>>();
  // The endpoints of each value are read as soon as they are found: a slow directory holds up no other.
  const sets = await Promise.all(
    specs.map(async spec => {
      const found = await findEndpoints(spec, limits.total, round).catch(expectFailure);
      for (const endpoint of listOf(found)) {
        if (outcomes.has(endpoint.label)) continue;
        const reading = round.admit(() => readSnapshot(endpoint, limits, round));
        outcomes.set(endpoint.label, reading.catch(expectFailure));
      }
      return found;
    }),
  );
  // The first value that leads to an endpoint names it, whichever was found first.
  const named = new Map<string, Endpoint>();
  for (const endpoint of sets.flatMap(listOf))
    named.set(endpoint.label, named.get(endpoint.label) ?? endpoint);

  const answered: Snapshot[] = [];
  const failures = sets.filter(isFailure);
  for (const [label, endpoint] of named) {
    const outcome = await outcomes.get(label);
    if (isFailure(outcome)) failures.push(outcome);
    else if (outcome !== undefined) answered.push({ ...outcome, endpoint });
  }
  round.over();
  failures.push(...round.failures);
  const [first] = sets;
  const single = sets.length === 1 && first !== undefined && !isFailure(first) && first.single;
  return {
    endpoints: { list: [...named.values()], single },
    answered,
    failures,
    ...findProcesses(answered),
  };
}

function listOf(found: Endpoints | Failure): readonly Endpoint[] {
  return isFailure(found) ? [] : found.list;
}

function isFailure(value: unknown): value is Failure {
  return value instanceof Failure;
}
