import { now } from '../clock.ts';
import { countDatapoints } from '../count.ts';
import { expectFailure, Failure } from '../errors.ts';
import type { Batch, Packet, PacketLimits, Spool } from '../types.ts';
import { type Delivery, NOTHING, type Outcome, type Sending } from './delivery.ts';
import { type Drained, drain } from './drain.ts';
import type { Made } from './make-packets.ts';

/** A run's batches in the spool, or the failure to keep it. */
interface KeptRun {
  readonly batches?: readonly Batch[];
  readonly failures: readonly Failure[];
}

/**
 * Stores a run in the spool before it is sent. The result has no `batches` if that failed, and the run has to be delivered
 * from memory.
 */
export function keepRun(spool: Spool, made: Made, { timestamp, tell }: Delivery): KeptRun {
  try {
    const batches = spool.keep(timestamp, made.packets());
    if (batches.length > 0) tell?.(`${spool.where}: ${countDatapoints(batches)} datapoints kept`);
    return { batches, failures: [] };
  } catch (error) {
    return { failures: [expectFailure(error)] };
  }
}

/** Sends the batches that wait and this run's own, then drops the oldest that exceed the spool's size. */
export async function deliverThroughSpool(
  spool: Spool,
  own: readonly Batch[],
  limits: PacketLimits,
  sending: Sending,
  delivery: Delivery,
): Promise<Outcome> {
  const { tell, deadline } = delivery;
  const refused = new Set<string>();
  let sent = 0;
  const send = async (load: readonly Batch[]): Promise<void> => {
    const datapoints = countDatapoints(load);
    tell?.(`${spool.where}: sending ${datapoints} datapoints, the oldest of ${showTime(load[0]?.timestamp)}`);
    await sending.send(readAll(load, limits.packet, line => refused.add(line)));
    sent += datapoints;
  };
  const ownTurn = (now() + deadline) / 2;
  const drained = await drain(spool, own, { ...sending, send, ownTurn });
  const settled = settle(spool, drained, delivery);
  const failures = [...settled.failures, ...sayRefused(spool, refused, limits)];
  return { ...settled, failures, sent, dropped: settled.dropped + refused.size };
}

/** Seconds since 1970 as a person reads them, e.g. 2026-11-26T02:15:24Z. */
function showTime(timestamp = 0): string {
  return new Date(timestamp * 1000).toISOString().replace('.000', '');
}

function* readAll(
  batches: readonly Batch[],
  limit: number,
  refuse: (line: string) => void,
): Iterable<Packet> {
  for (const batch of batches) yield* batch.packets(limit, refuse);
}

/** Trims the spool to its size after draining, and tells the outcome. */
function settle(spool: Spool, { failure, own }: Drained, { queueSize, signal, tell }: Delivery): Outcome {
  const failures: Failure[] = [];
  let outcome: Outcome = { ...NOTHING, failures, spooled: own };
  try {
    const dropped = spool.trim(queueSize);
    outcome = { ...outcome, dropped };
    if (dropped > 0) {
      const what = `${dropped} datapoints are lost, the oldest: more than ${queueSize} were waiting (queue-size)`;
      failures.push(new Failure('deliver', spool.where, what));
    }
    const waiting = spool.measure();
    outcome = { ...outcome, waiting };
    if (failure === undefined) return outcome;
    const what = `${failure.what}; ${waiting.datapoints} datapoints wait in ${spool.where}`;
    // A backlog that takes longer than a run is no failure of this run.
    if (own === 0 && isDeadline(signal)) tell?.(`${failure.where}: ${what}`);
    else failures.push(new Failure('kept', failure.where, what, failure));
  } catch (error) {
    failures.push(expectFailure(error));
  }
  return outcome;
}

/** Whether the deadline ended the run, and not a signal from outside. */
function isDeadline(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
}

/** Lines may be too long in batches that another version kept, or for a destination that took longer ones. */
function sayRefused({ where }: Spool, lines: ReadonlySet<string>, limits: PacketLimits): readonly Failure[] {
  const [example] = lines;
  if (example === undefined) return [];
  const what = `${lines.size} datapoints are lost, their lines are longer than ${limits.line} bytes: ${example.slice(0, 80)}...`;
  return [new Failure('deliver', where, what)];
}
