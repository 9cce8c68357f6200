import { expectFailure, Failure } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Packet } from '../types.ts';
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
  let packets = made.packets()[Symbol.iterator]();
  let isFirst = true;
  const attempt = async (): Promise<void> => {
    if (!isFirst) packets = made.packets()[Symbol.iterator]();
    isFirst = false;
    await send(leaveOpen(packets));
  };
  const failure = await retry(attempt, limits, signal, onFailure).catch(expectFailure);
  if (failure === undefined) return { ...NOTHING, sent: made.packed() };
  while (!packets.next().done); // the rest of the last attempt is counted, too
  const dropped = made.packed();
  const what = `${failure.what}; ${dropped} datapoints are lost`;
  return { ...NOTHING, failures: [new Failure('deliver', failure.where, what, failure)], dropped };
}

/** A loop over the result that ends early does not end `packets`. */
function leaveOpen(packets: Iterator<Packet>): Iterable<Packet> {
  return { [Symbol.iterator]: () => ({ next: () => packets.next() }) };
}
