import { expectFailure, Failure } from '../errors.ts';
import { retry } from '../retry.ts';
import { NOTHING, type Outcome, type Sending } from './delivery.ts';
import type { Made } from './make-packets.ts';

/**
 * Delivers a run without a spool; each attempt encodes its packets again. Datapoints that no attempt delivers are lost, and
 * counted in a Failure.
 */
export async function deliverFromMemory(
  made: Made,
  { limits, signal, send, onFailure }: Sending,
): Promise<Outcome> {
  const attempt = (): Promise<void> => send(made.packets());
  const failure = await retry(attempt, limits, signal, onFailure).catch(expectFailure);
  if (failure === undefined) return { ...NOTHING, sent: made.packed() };
  const dropped = made.total() - made.refused().datapoints;
  const what = `${failure.what}; ${dropped} datapoints are lost`;
  return { ...NOTHING, failures: [new Failure('deliver', failure.where, what, failure)], dropped };
}
