import { now } from '../clock.ts';
import { countDatapoints, countLines, countRow } from '../count.ts';
import { expectFailure, Failure, reason, seconds } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Batch, Packet, PointTable, Sink, Spool, SpoolState, Transport } from '../types.ts';
import { type Drained, drain } from './drain.ts';

/** What delivery needs to know of the run. */
export interface Delivery {
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** Aborted when the run has to end; its reason is said. */
  readonly signal: AbortSignal;
  /** When that will be by the deadline, on the clock of clock.ts. */
  readonly deadline: number;
  /** Where this run's datapoints are kept first, and those of earlier runs wait; none for StatsD. */
  readonly spool?: Spool;
  /** The most datapoints that stay in the spool. */
  readonly queueSize: number;
  /** Is told each step, when the run is verbose. */
  readonly tell?: (step: string) => void;
  /** Is told before each wait for another attempt. */
  readonly tellWait?: (step: string) => void;
  /** Is told each line that is sent, when it is very verbose. */
  readonly trace?: (line: string) => void;
}

/** What became of the datapoints of one destination. */
export interface Outcome {
  readonly failures: readonly Failure[];
  /** Delivered, those of earlier runs included. */
  readonly sent: number;
  /** Of this run, kept for a later one. */
  readonly spooled: number;
  /** Lost: undeliverable without a spool, too many in the spool, too long for a packet. */
  readonly dropped: number;
  /** What waits in the spool now. */
  readonly waiting: SpoolState | undefined;
}

/**
 * Delivers all points to one destination, as often as it takes: by way of the spool where there is one that works, from
 * memory otherwise, where the points are made anew for each attempt. The failures say what became of the datapoints.
 */
export async function deliver(
  { transport, limits, success, encode }: Sink,
  makePoints: () => Iterable<PointTable>,
  delivery: Delivery,
): Promise<Outcome> {
  const { timestamp, spool, signal, tell, trace } = delivery;
  const refusedLines = new Set<string>(); // of batches
  let refused: Refused = { datapoints: 0, example: '' };
  let made = 0;
  const refuse = (path: string, datapoints: number): void => {
    refused = { datapoints: refused.datapoints + datapoints, example: refused.example || path };
  };
  const packed = (datapoints: number): void => {
    made = datapoints;
  };
  const makePackets = (): Iterable<Packet> => {
    refused = { datapoints: 0, example: '' };
    return encode(makePoints(), { refuse, packed });
  };
  const send = async (packets: Iterable<Packet>): Promise<void> => {
    if (signal.aborted) throw new Failure('deliver', transport.where, reason(signal.reason), signal.reason);
    if (tell === undefined) return await transport.send(packets, signal);
    const [started, load] = [now(), { lines: 0, bytes: 0 }];
    await transport.send(watch(packets, load, trace), signal);
    const what = `${load.lines} lines, ${load.bytes} bytes, ${Math.round(now() - started)} ms`;
    if (success !== undefined) tell(`${transport.where}: ${what}: ${success}`);
  };

  const failures: Failure[] = [];
  let [sent, spooled, dropped] = [0, 0, 0];
  let waiting: SpoolState | undefined;
  const own = spool && keep(spool, timestamp, makePackets(), failures);
  if (own !== undefined && own.length > 0) tell?.(`${spool?.where}: ${countDatapoints(own)} datapoints kept`);
  if (own === undefined) {
    const error = await retry(() => send(makePackets()), limits, signal, waitTeller(delivery)).catch(
      expectFailure,
    );
    if (error === undefined) sent += made;
    else {
      dropped = countPoints(makePoints());
      failures.push(lost(error, dropped));
    }
  }
  if (spool !== undefined) {
    const load = async (batches: readonly Batch[]): Promise<void> => {
      tell?.(`${spool.where}: sending ${countDatapoints(batches)} datapoints since ${batches[0]?.timestamp}`);
      await send(readAll(batches, transport.limits.packet, line => refusedLines.add(line)));
      sent += countDatapoints(batches);
    };
    const ownTurn = (now() + delivery.deadline) / 2;
    const drained = await drain(spool, own ?? [], {
      limits,
      send: load,
      ownTurn,
      signal,
      onFailure: waitTeller(delivery),
    });
    const settled = settle(spool, drained, delivery);
    failures.push(...settled.failures);
    spooled = drained.own;
    dropped += settled.dropped;
    waiting = settled.waiting;
  }
  for (const line of refusedLines) refuse(line, 1);
  if (refused.datapoints > 0) failures.push(tooLong(transport, refused));
  return { failures, sent, spooled, dropped: dropped + refused.datapoints, waiting };
}

/** Undefined when it could not be kept: the delivery is tried without. */
function keep(
  spool: Spool,
  timestamp: number,
  packets: Iterable<Packet>,
  failures: Failure[],
): readonly Batch[] | undefined {
  try {
    return spool.keep(timestamp, packets);
  } catch (error) {
    failures.push(expectFailure(error));
    return undefined;
  }
}

/** What there is to say after draining, with the spool brought down to its size. */
function settle(
  spool: Spool,
  { failure, own }: Drained,
  { queueSize, signal, tell }: Delivery,
): Pick<Outcome, 'failures' | 'dropped' | 'waiting'> {
  const failures: Failure[] = [];
  let dropped = 0;
  let waiting: SpoolState | undefined;
  try {
    dropped = spool.trim(queueSize);
    if (dropped > 0) {
      const what = `${dropped} datapoints are lost, the oldest: more than ${queueSize} were waiting (queue-size)`;
      failures.push(new Failure('deliver', spool.where, what));
    }
    waiting = spool.measure();
    if (failure === undefined) return { failures, dropped, waiting };
    const rest = `${waiting.datapoints} datapoints wait in ${spool.where}`;
    // A backlog that is longer than a run is no failure of this run.
    if (own === 0 && isDeadline(signal)) tell?.(`${failure.where}: ${failure.what}; ${rest}`);
    else failures.push(new Failure('kept', failure.where, `${failure.what}; ${rest}`, failure));
  } catch (error) {
    failures.push(expectFailure(error));
  }
  return { failures, dropped, waiting };
}

/** Rather than a signal from outside. */
function isDeadline(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
}

function* readAll(
  batches: readonly Batch[],
  limit: number,
  refuse: (line: string) => void,
): Iterable<Packet> {
  for (const batch of batches) yield* batch.packets(limit, refuse);
}

function lost(failure: Failure, datapoints: number): Failure {
  return new Failure('deliver', failure.where, `${failure.what}; ${datapoints} datapoints are lost`, failure);
}

/** The same packets, counted, and each line told to `trace`. */
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

/** Tells of an attempt that failed and is followed by another one. */
function waitTeller({ tellWait }: Delivery): (error: unknown, wait: number) => void {
  return (error, wait) => tellWait?.(`${reason(error)}; the next attempt is in ${seconds(wait)}`);
}

function countPoints(points: Iterable<PointTable>): number {
  let total = 0;
  for (const { places, values } of points) {
    places.forEach(({ length }, row) => {
      total += length * countRow(values, row);
    });
  }
  return total;
}

interface Refused {
  readonly datapoints: number;
  readonly example: string;
}

function tooLong({ where, limits }: Transport, { datapoints, example }: Refused): Failure {
  const what = `${datapoints} datapoints are lost, their lines are longer than ${limits.line} bytes: ${example.slice(0, 80)}...`;
  return new Failure('deliver', where, what);
}
