import type { Failure } from '../errors.ts';
import type { Endpoint } from '../types.ts';
import type { Aspect, Finding } from './finding.ts';

interface EndpointPair {
  readonly snapshot: { readonly endpoint: Endpoint };
  readonly of: { readonly endpoint: Endpoint };
}

/** The outcome of reading HAProxy's endpoints. */
interface ReadingResult {
  readonly answered: readonly unknown[];
  readonly failures: readonly Failure[];
  readonly repeated: readonly EndpointPair[];
  readonly doubtful: readonly EndpointPair[];
}

/**
 * Judges the reading of the endpoints: a warning for each that could not be read, critical if none could, and a warning for
 * each pair that is, or may be, one process.
 */
export function checkReading({ answered, failures, repeated, doubtful }: ReadingResult): Aspect {
  const total = answered.length + failures.length;
  const code = answered.length === 0 ? 2 : 1;
  return {
    findings: [
      ...failures.map(({ message }): Finding => ({ code, what: message })),
      ...repeated.map(pair => warn(pair, 'the same process as')),
      ...doubtful.map(pair =>
        warn(pair, 'may be the same process as', ', which cannot be told of a stats page: give one of them'),
      ),
    ],
    good: `${answered.length} of ${total} endpoints read`,
    data: [`endpoints_failed=${failures.length};;;0;${total}`],
  };
}

function warn({ snapshot, of }: EndpointPair, relation: string, advice = ''): Finding {
  return { code: 1, what: `${snapshot.endpoint.label}: ${relation} ${of.endpoint.label}${advice}` };
}

/** Judges the reading of the hook snapshots, `total` in number: a warning for each that could not be read. */
export function checkHooks(failures: readonly Failure[], total: number): Aspect {
  return {
    findings: failures.map(({ message }) => ({ code: 1, what: message })),
    good: `${total - failures.length} of ${total} hook snapshots read`,
    data: [`hooks_failed=${failures.length};;;0;${total}`],
  };
}
