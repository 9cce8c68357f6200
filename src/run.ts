import { startDeadline } from './deadline.ts';
import { Failure } from './errors.ts';
import { type Reading, readAll } from './haproxy/read-all.ts';
import { hapMonitor } from './layout/hap-monitor.ts';
import { haproxystats } from './layout/haproxystats.ts';
import { cleaner } from './layout/name.ts';
import { namePoints } from './layout/points.ts';
import { nameSelf } from './layout/self.ts';
import { tagged } from './layout/tagged.ts';
import { oneLine, type Report } from './report.ts';
import { type Figures, listSelfMetrics, timed } from './self-metrics.ts';
import { mergeSnapshots } from './shape/merged.ts';
import { sampleSnapshots } from './shape/samples.ts';
import { findUnknown, selectMetrics } from './shape/select.ts';
import { type Delivery, deliver } from './sink/deliver.ts';
import type { Destination, Endpoints, Plan, Points, Snapshot, Spool } from './types.ts';

/** Where a run writes: the datapoints of a dry run, and what it does when it is verbose. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

type Trace = (text: string) => void;

/**
 * One run: read every endpoint, shape and name what was read, deliver it once. Never throws for what it meets. When `stop`
 * is aborted, what was read by then is kept in the spool and the run ends; the signal's reason is said.
 */
export async function run(plan: Plan, streams: Streams, stop: AbortSignal): Promise<Report> {
  const trace: Trace = plan.verbose ? text => streams.stderr.write(oneLine(text)) : () => undefined;
  const timestamp = Math.floor(Date.now() / 1000);
  const started = performance.now();
  const read = await readAll(plan.endpoints, plan.read, timestamp, stop);
  const reading = performance.now() - started;
  for (const note of [...plan.notes, ...describeReading(read)]) trace(note);
  const { endpoints, distinct: snapshots } = read;
  const failures = [...read.failures, ...findMistyped(plan, read)];

  const deadline = startDeadline(plan.deadline, stop);
  const delivery = {
    timestamp,
    signal: deadline.signal,
    deadline: plan.deadline,
    queueSize: plan.queueSize,
    ...(plan.verbose ? { trace } : {}),
    ...(plan.dryRun ? { print: streams.stdout } : {}),
  };
  const counts = { read: read.answered.length, failed: read.failures.length };
  const undelivered = await Promise.all(
    plan.destinations.map(async destination => {
      const spool = await openSpoolFor(destination, plan, failures);
      if (snapshots.length === 0 && spool === undefined && !plan.selfMetrics) return [];
      const makePoints = () =>
        snapshots.length === 0 ? [] : namedPoints(plan, destination, snapshots, endpoints, trace);
      const send = { ...delivery, ...(spool && { spool }) };
      if (!plan.selfMetrics) return (await deliver(destination, makePoints, send)).failures;
      return await deliverWithSelf(plan, destination, makePoints, send, { read: counts, reading });
    }),
  );
  deadline.clear();
  return { failures: [...plan.warnings, ...failures, ...undelivered.flat()] };
}

/** Delivers the points, and then what there is to say about that: kept without a try where the points could not be delivered. */
async function deliverWithSelf(
  { layout, host }: Plan,
  destination: Destination,
  makePoints: () => Iterable<Points>,
  delivery: Delivery,
  { read: endpoints, reading }: { read: Figures['endpoints']; reading: number },
): Promise<readonly Failure[]> {
  const [from, { timestamp, spool }] = [performance.now(), delivery];
  let shaping = 0;
  const addTime = (time: number): void => {
    shaping += time;
  };
  const nothing = endpoints.read === 0 && spool === undefined;
  const outcome = nothing
    ? { failures: [], sent: 0, spooled: 0, dropped: 0, waiting: undefined }
    : await deliver(destination, () => timed(makePoints(), addTime), delivery);
  const times = { reading, shaping, sending: performance.now() - from - shaping };
  const figures = { endpoints, datapoints: outcome, spool: outcome.waiting, times, timestamp };
  const naming = { scope: destination.scope, host, type: destination.backend.type };
  const makeSelf = () => [nameSelf(listSelfMetrics(figures), layout, naming)];

  const isDown = outcome.spooled > 0 || (outcome.sent === 0 && outcome.dropped > 0);
  if (!isDown) return [...outcome.failures, ...(await deliver(destination, makeSelf, delivery)).failures];
  if (spool !== undefined) await deliver(destination, makeSelf, { ...delivery, signal: AbortSignal.abort() });
  return outcome.failures;
}

/** The points of a run for one destination, as its layout shapes and names them. */
function namedPoints(
  { layout, metrics, merge, ...plan }: Plan,
  { backend: { type }, scope }: Destination,
  snapshots: readonly Snapshot[],
  endpoints: Endpoints,
  trace: Trace,
): Iterable<Points> {
  const onClash: Trace = path => trace(`${path}: two names become this path, only the first is sent`);
  const naming = { scope, type, endpoints, host: plan.host, keepDots: plan.keepDots, groups: plan.groups };
  if (layout === 'haproxystats') {
    const clean = cleaner({ dots: false, colons: type === 'graphite' });
    const onMerge: Trace = name => trace(`${name}: two names become this one, they are merged`);
    const samples = mergeSnapshots(snapshots, merge, clean, onMerge);
    return namePoints(samples, haproxystats, naming, onClash);
  }
  const perProcess = layout === 'tagged' ? tagged : hapMonitor;
  const samples = sampleSnapshots(snapshots, selectMetrics(metrics, perProcess.defaults));
  return namePoints(samples, perProcess, naming, onClash);
}

function describeReading({ answered, repeated }: Reading): readonly string[] {
  return [
    ...answered.map(({ endpoint }) => `${endpoint.label}: read`),
    ...repeated.map(
      ({ snapshot, of }) =>
        `${snapshot.endpoint.label}: the same process as ${of.endpoint.label}, counted once`,
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
  if (backend.type === 'statsd' || backend.protocol === 'file') return undefined;
  const { openSpool } = await import('./spool/open.ts');
  try {
    return openSpool(plan.spool, backend, failure => failures.push(failure));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failures.push(error);
    return undefined;
  }
}
