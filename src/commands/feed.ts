import { canSpool } from '../backends.ts';
import { now } from '../clock.ts';
import { deliver } from '../delivery/deliver.ts';
import { type Delivery, NOTHING, type Outcome } from '../delivery/delivery.ts';
import { asFailure, type Failure, knownFailure } from '../errors.ts';
import { LAYOUTS } from '../layout/layouts.ts';
import { nameSelf } from '../layout/self.ts';
import type { Destination, Plan } from '../plan.ts';
import { listSelfMetrics, timed } from '../self-metrics.ts';
import { openSink } from '../sink/choice.ts';
import type { Streams } from '../streams.ts';
import type { PointTable, Sink, Spool } from '../types.ts';
import { countSinceBefore } from './counters.ts';
import { refuseSpool } from './memory.ts';
import { type NamePoints, rootOf } from './points.ts';
import type { Everything } from './read.ts';
import type { Voice } from './voice.ts';

/** The run, as far as its destinations need it. */
interface Feeding {
  readonly plan: Plan;
  readonly read: Everything;
  readonly namePoints: NamePoints;
  /** Seconds since the epoch, of every datapoint. */
  readonly timestamp: number;
  /** Aborted when the run has to end; messages give its reason. */
  readonly signal: AbortSignal;
  readonly voice: Voice;
  /** A dry run prints to stdout; no other run opens it. */
  readonly streams: Pick<Streams, 'stdout'>;
}

/** Feeds all destinations at the same time; a dry run prints one after the other, so that none breaks into another's lines. */
export async function feedAll(feeding: Feeding): Promise<readonly Failure[]> {
  const { destinations, dryRun } = feeding.plan;
  if (!dryRun) return (await Promise.all(destinations.map(destination => feed(destination, feeding)))).flat();
  const failures: Failure[] = [];
  for (const destination of destinations) failures.push(...(await feed(destination, feeding)));
  return failures;
}

/**
 * Delivers everything that was read to one destination and returns the failures; an unexpected error costs this destination
 * alone.
 */
export async function feed(destination: Destination, feeding: Feeding): Promise<readonly Failure[]> {
  const { plan, timestamp, signal, voice } = feeding;
  const failures: Failure[] = [];
  try {
    const spool = await openSpoolOf(destination, feeding, failures);
    const print = plan.dryRun ? feeding.streams.stdout : undefined;
    const sink = await openSink(destination, timestamp, print);
    if (plan.destinations.length > 1) print?.write(`# ${sink.transport.where}\n`);
    const delivery = {
      timestamp,
      signal,
      deadline: plan.deadline,
      queueSize: plan.queueSize,
      ...voice,
      ...(spool && { spool }),
    };
    failures.push(...(await deliverAll(destination, sink, delivery, feeding)));
  } catch (error) {
    failures.push(knownFailure(error) ?? asFailure(error, 'deliver', INTERNAL));
  }
  return failures;
}

const INTERNAL = 'internal error, please report it';

/** Delivers the datapoints and then, if asked, the run's own numbers. */
async function deliverAll(
  destination: Destination,
  sink: Sink,
  delivery: Delivery,
  { plan, read, namePoints, voice: { tell = () => undefined } }: Feeding,
): Promise<readonly Failure[]> {
  const isEmpty = read.haproxy.distinct.length + read.hooks.series.length === 0;
  let shaping = 0;
  const counted = await countSinceBefore(plan, destination, read, delivery.timestamp);
  const tellOnce = once(tell);
  const makePoints = (): Iterable<PointTable> =>
    timed(namePoints(plan, destination, counted.read, tellOnce), time => {
      shaping += time;
    });
  const started = now();
  const isIdle = isEmpty && delivery.spool === undefined;
  const outcome = isIdle ? NOTHING : await deliver(sink, makePoints, delivery);
  const isDelivered = outcome.sent > 0 || (outcome.failures.length === 0 && !isEmpty);
  const failures = [...outcome.failures, ...(await counted.settle(isDelivered))];
  if (!plan.selfMetrics) return failures;

  const times = { reading: read.until - read.from, shaping, sending: now() - started - shaping };
  const endpoints = { read: read.haproxy.answered.length, failed: read.haproxy.failures.length };
  const { timestamp } = delivery;
  const figures = { endpoints, datapoints: outcome, spool: outcome.waiting, times, timestamp };
  const makeSelf = () => [
    nameSelf(listSelfMetrics(figures), LAYOUTS[plan.layout].selfPlace(rootOf(plan, destination))),
  ];
  return [...failures, ...(await deliverSelf(sink, makeSelf, delivery, outcome))];
}

/** Tells each text once: every attempt makes the points anew, and their oddities with them. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return text => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** Delivers the run's own numbers; if the datapoints could not be delivered, keeps them without an attempt. */
async function deliverSelf(
  sink: Sink,
  makeSelf: () => Iterable<PointTable>,
  delivery: Delivery,
  { sent, spooled, dropped }: Outcome,
): Promise<readonly Failure[]> {
  const isDown = spooled > 0 || (sent === 0 && dropped > 0);
  if (!isDown) return (await deliver(sink, makeSelf, delivery)).failures;
  if (delivery.spool) await deliver(sink, makeSelf, { ...delivery, signal: AbortSignal.abort() });
  return [];
}

/** Opens the spool of a destination; undefined if it needs none, or if the spool fails, which is added to `failures`. */
async function openSpoolOf(
  { backend }: Destination,
  { plan }: Feeding,
  failures: Failure[],
): Promise<Spool | undefined> {
  if (plan.spool === undefined || plan.dryRun) return undefined;
  if (!canSpool(backend)) return undefined;
  try {
    const { expectAnswer, openSpool } = await import('../spool/open.ts');
    await expectAnswer(plan.spool, plan.deadline / 4);
    return openSpool(plan.spool, backend, failure => failures.push(failure));
  } catch (error) {
    failures.push(refuseSpool(plan.spool, error));
    return undefined;
  }
}
