import { now } from '../clock.ts';
import { countLines } from '../count.ts';
import { Failure, reason, seconds } from '../errors.ts';
import type { Packet, PointTable, Sink } from '../types.ts';
import { type Delivery, NOTHING, type Outcome, type Sending } from './delivery.ts';
import { deliverFromMemory } from './from-memory.ts';
import { type Made, makePackets } from './make-packets.ts';
import { deliverThroughSpool, keepRun } from './through-spool.ts';

/**
 * Delivers all points to one destination, with retries: through the spool if there is one that works, otherwise from memory.
 * The outcome counts the datapoints sent, kept and lost; its failures say why.
 */
export async function deliver(
  sink: Sink,
  makePoints: () => Iterable<PointTable>,
  delivery: Delivery,
): Promise<Outcome> {
  const { spool } = delivery;
  const made = makePackets(sink, makePoints);
  const sending = openWay(sink, delivery);
  const kept = spool ? keepRun(spool, made, delivery) : { failures: [] };
  const own = kept.batches;
  const direct = own === undefined ? await deliverFromMemory(made, sending) : NOTHING;
  const drained = spool
    ? await deliverThroughSpool(spool, own ?? [], sink.transport.limits, sending, delivery)
    : NOTHING;
  const refused = sayRefused(sink, made);
  return {
    failures: [kept, direct, drained, refused].flatMap(({ failures }) => failures),
    sent: direct.sent + drained.sent,
    spooled: drained.spooled,
    dropped: direct.dropped + drained.dropped + refused.dropped,
    waiting: drained.waiting,
  };
}

function openWay({ transport, limits, success }: Sink, delivery: Delivery): Sending {
  const { signal, tell, tellWait, trace } = delivery;
  const send = async (packets: Iterable<Packet>): Promise<void> => {
    if (signal.aborted) throw new Failure('deliver', transport.where, reason(signal.reason), signal.reason);
    if (tell === undefined) return await transport.send(packets, signal);
    const [started, load] = [now(), { lines: 0, bytes: 0 }];
    await transport.send(watch(packets, load, trace), signal);
    const what = `${load.lines} lines, ${load.bytes} bytes, ${Math.round(now() - started)} ms`;
    if (success !== undefined) tell(`${transport.where}: ${what}: ${success}`);
  };
  const onFailure = (error: unknown, wait: number): void =>
    tellWait?.(`${reason(error)}; the next attempt is in ${seconds(wait)}`);
  return { limits, signal, send, onFailure };
}

/** Passes packets on and counts them; `trace` takes each line. */
function* watch(
  packets: Iterable<Packet>,
  load: { lines: number; bytes: number },
  trace: ((line: string) => void) | undefined,
): Iterable<Packet> {
  for (const packet of packets) {
    load.lines += countLines(packet);
    load.bytes += packet.length;
    if (trace !== undefined) for (const line of packet.toString('latin1').trimEnd().split('\n')) trace(line);
    yield packet;
  }
}

function sayRefused(
  { transport: { where, limits } }: Sink,
  made: Made,
): Pick<Outcome, 'failures' | 'dropped'> {
  const { datapoints, example } = made.refused();
  if (datapoints === 0) return NOTHING;
  const what = `${datapoints} datapoints are lost, their lines are longer than ${limits.line} bytes: ${example.slice(0, 80)}...`;
  return { failures: [new Failure('deliver', where, what)], dropped: datapoints };
}
