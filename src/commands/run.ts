import { canSpool } from '../backends.ts';
import { now } from '../clock.ts';
import { startDeadline } from '../deadline.ts';
import { type Delivery, deliver } from '../delivery/deliver.ts';
import { expectFailure, Failure } from '../errors.ts';
import { type Reading, readAll } from '../haproxy/read-all.ts';
import type { HookReading } from '../hook/read-all.ts';
import { hapMonitor } from '../layout/hap-monitor.ts';
import { haproxystats } from '../layout/haproxystats.ts';
import { nameHooks } from '../layout/hooks.ts';
import { cleaner, type Root } from '../layout/name.ts';
import { namePoints } from '../layout/points.ts';
import { nameSelf } from '../layout/self.ts';
import { tagged } from '../layout/tagged.ts';
import type { Destination, Plan } from '../plan.ts';
import { oneLine, type Report } from '../report.ts';
import { type Figures, listSelfMetrics, timed } from '../self-metrics.ts';
import { mergeSnapshots } from '../shape/merged/merged.ts';
import { sampleSnapshots } from '../shape/samples.ts';
import { findUnknown, selectMetrics } from '../shape/select.ts';
import { openSink } from '../sink/choice.ts';
import type { Streams } from '../streams.ts';
import type { Endpoints, PointTable, Sink, Snapshot, Spool } from '../types.ts';

type Trace = (text: string) => void;

/**
 * One run: read every endpoint, shape and name what was read, deliver it once. Never throws for what it meets. When `stop`
 * is aborted, what was read by then is kept in the spool and the run ends; the signal's reason is said.
 */
export async function run(plan: Plan, streams: Streams, stop: AbortSignal): Promise<Report> {
  const trace: Trace = plan.verbose ? text => streams.stderr.write(oneLine(text)) : () => undefined;
  const timestamp = Math.floor(Date.now() / 1000);
  const started = now();
  const [read, hooks] = await Promise.all([
    readAll(plan.endpoints, plan.read, stop),
    readHooksOf(plan, streams, stop),
  ]);
  const reading = now() - started;
  for (const note of [...plan.notes, ...describeReading(read, hooks)]) trace(note);
  const failures = [...read.failures, ...hooks.failures, ...findMistyped(plan, read)];

  const deadline = startDeadline(plan.deadline, stop);
  const delivery = {
    timestamp,
    signal: deadline.signal,
    deadline: plan.deadline,
    queueSize: plan.queueSize,
    ...(plan.verbose ? { trace } : {}),
  };
  const counts = { read: read.answered.length, failed: read.failures.length };
  const isEmpty = read.distinct.length + hooks.series.length === 0;
  const undelivered = await Promise.all(
    plan.destinations.map(async destination => {
      const spool = await openSpoolFor(destination, plan, failures);
      if (isEmpty && spool === undefined && !plan.selfMetrics) return [];
      const print = plan.dryRun ? streams.stdout : undefined;
      const sink = await openSink(destination, timestamp, print);
      const makePoints = () => allPoints(plan, destination, read, hooks, trace);
      const send = { ...delivery, ...(spool && { spool }) };
      if (!plan.selfMetrics) return (await deliver(sink, makePoints, send)).failures;
      return await deliverWithSelf(plan, destination, sink, makePoints, send, {
        read: counts,
        reading,
        isEmpty,
      });
    }),
  );
  deadline.clear();
  return { failures: [...plan.warnings, ...failures, ...undelivered.flat()] };
}

/** The room is opened for those who have hook snapshots. */
async function readHooksOf(
  { hooks, hookLimits }: Plan,
  streams: Streams,
  stop: AbortSignal,
): Promise<HookReading> {
  if (hooks.length === 0) return { read: [], series: [], failures: [] };
  const { readHooks } = await import('../hook/read-all.ts');
  return await readHooks(hooks, hookLimits, () => streams.stdin, stop);
}

/** Delivers the points, and then what there is to say about that: kept without a try where the points could not be delivered. */
async function deliverWithSelf(
  plan: Plan,
  destination: Destination,
  sink: Sink,
  makePoints: () => Iterable<PointTable>,
  delivery: Delivery,
  { read: endpoints, reading, isEmpty }: { read: Figures['endpoints']; reading: number; isEmpty: boolean },
): Promise<readonly Failure[]> {
  const [from, { timestamp, spool }] = [now(), delivery];
  let shaping = 0;
  const addTime = (time: number): void => {
    shaping += time;
  };
  const outcome =
    isEmpty && spool === undefined
      ? { failures: [], sent: 0, spooled: 0, dropped: 0, waiting: undefined }
      : await deliver(sink, () => timed(makePoints(), addTime), delivery);
  const times = { reading, shaping, sending: now() - from - shaping };
  const figures = { endpoints, datapoints: outcome, spool: outcome.waiting, times, timestamp };
  const makeSelf = () => [nameSelf(listSelfMetrics(figures), plan.layout, rootOf(plan, destination))];

  const isDown = outcome.spooled > 0 || (outcome.sent === 0 && outcome.dropped > 0);
  if (!isDown) return [...outcome.failures, ...(await deliver(sink, makeSelf, delivery)).failures];
  if (spool !== undefined) await deliver(sink, makeSelf, { ...delivery, signal: AbortSignal.abort() });
  return outcome.failures;
}

/** The points of a run for one destination: HAProxy's, then those of the hook snapshots. */
function allPoints(
  plan: Plan,
  destination: Destination,
  { distinct, endpoints }: Reading,
  { series }: HookReading,
  trace: Trace,
): Iterable<PointTable> {
  const own = distinct.length === 0 ? [] : namedPoints(plan, destination, distinct, endpoints, trace);
  if (series.length === 0) return own;
  const onClash: Trace = path =>
    trace(`${path}: two series of hook snapshots become this path, only the first is sent`);
  return join(own, nameHooks(series, plan.layout, rootOf(plan, destination), onClash));
}

function* join<T>(...parts: readonly Iterable<T>[]): Iterable<T> {
  for (const part of parts) yield* part;
}

/** HAProxy's points for one destination, as its layout shapes and names them. */
function namedPoints(
  plan: Plan,
  destination: Destination,
  snapshots: readonly Snapshot[],
  endpoints: Endpoints,
  trace: Trace,
): Iterable<PointTable> {
  const onClash: Trace = path => trace(`${path}: two names become this path, only the first is sent`);
  const { layout, metrics, merge, keepDots, groups } = plan;
  const naming = { ...rootOf(plan, destination), endpoints, keepDots, groups };
  if (layout === 'haproxystats') {
    const clean = cleaner({ dots: false, colons: naming.type === 'graphite' });
    const onMerge: Trace = name => trace(`${name}: two names become this one, they are merged`);
    const samples = mergeSnapshots(snapshots, merge, clean, onMerge);
    return namePoints(samples, haproxystats, naming, onClash);
  }
  const perProcess = layout === 'tagged' ? tagged : hapMonitor;
  const samples = sampleSnapshots(snapshots, selectMetrics(metrics, perProcess.defaults));
  return namePoints(samples, perProcess, naming, onClash);
}

function rootOf({ host }: Plan, { scope, backend: { type } }: Destination): Root {
  return { scope, host, type };
}

function describeReading({ answered, repeated, doubtful }: Reading, hooks: HookReading): readonly string[] {
  return [
    ...[...answered.map(({ endpoint }) => endpoint), ...hooks.read].map(({ label }) => `${label}: read`),
    ...repeated.map(
      ({ snapshot, of }) =>
        `${snapshot.endpoint.label}: the same process as ${of.endpoint.label}, counted once`,
    ),
    ...doubtful.map(
      ({ snapshot, of }) =>
        `${snapshot.endpoint.label}: may be the same process as ${of.endpoint.label}, counted twice then`,
    ),
  ];
}

/** Fields asked for that nobody has numbers for; only when everybody was read, since one that was not may have them. */
function findMistyped({ metrics }: Plan, { answered, failures }: Reading): readonly Failure[] {
  if (failures.length > 0) return [];
  return findUnknown(metrics, answered).map(
    name => new Failure('read', '--metrics', `no HAProxy has numbers in a field "${name}"`),
  );
}

/** StatsD knows no timestamps, so nothing can be sent there later; the local store is on a disk itself. */
async function openSpoolFor(
  { backend }: Destination,
  plan: Plan,
  failures: Failure[],
): Promise<Spool | undefined> {
  if (plan.spool === undefined || plan.dryRun) return undefined;
  if (!canSpool(backend) || backend.protocol === 'file') return undefined;
  const { openSpool } = await import('../spool/open.ts');
  try {
    return openSpool(plan.spool, backend, failure => failures.push(failure));
  } catch (error) {
    failures.push(expectFailure(error));
    return undefined;
  }
}
