import { expectFailure, Failure } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Packet } from '../types.ts';
import { NOTHING, type Outcome, type Sending } from './delivery.ts';
import type { Made } from './make-packets.ts';

/** Delivers a run that is kept nowhere; its packets are made anew for each attempt. What cannot be delivered is lost, and counted. */
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
  while (!packets.next().done); // what the last attempt left is counted, too
  const dropped = made.packed();
  const what = `${failure.what}; ${dropped} datapoints are lost`;
  return { ...NOTHING, failures: [new Failure('deliver', failure.where, what, failure)], dropped };
}

/** A loop that ends early leaves the rest to be asked for. */
function leaveOpen(packets: Iterator<Packet>): Iterable<Packet> {
  return { [Symbol.iterator]: () => ({ next: () => packets.next() }) };
}
