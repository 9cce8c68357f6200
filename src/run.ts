import { Failure, seconds } from './errors.ts';
import { findEndpoints } from './haproxy/find.ts';
import { findProcesses } from './haproxy/processes.ts';
import { readSnapshot } from './haproxy/read.ts';
import { hapMonitor } from './layout/hap-monitor.ts';
import { haproxystats } from './layout/haproxystats.ts';
import { cleaner } from './layout/name.ts';
import { namePoints } from './layout/points.ts';
import { tagged } from './layout/tagged.ts';
import type { Report } from './report.ts';
import { mergeSnapshots } from './shape/merged.ts';
import { sampleSnapshots } from './shape/samples.ts';
import { findUnknown, selectMetrics } from './shape/select.ts';
import { deliver } from './sink/deliver.ts';
import type { Destination, Endpoints, Plan, Point, Snapshot } from './types.ts';

/** Where a run writes: the datapoints of a dry run, and what it does when it is verbose. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

type Trace = (text: string) => void;

/** One run: read every endpoint, shape and name what was read, deliver it once. Never throws for what it meets. */
export async function run(plan: Plan, { stdout, stderr }: Streams): Promise<Report> {
  const trace: Trace = plan.verbose ? text => stderr.write(`${text}\n`) : () => undefined;
  const timestamp = Math.floor(Date.now() / 1000);
  const { endpoints, snapshots, failures } = await readAll(plan, timestamp, trace);
  for (const note of plan.notes) trace(note);
  if (snapshots.length === 0) return { failures: [...plan.warnings, ...failures] };

  const deadline = startDeadline(plan.deadline);
  const delivery = {
    timestamp,
    deadline: deadline.signal,
    ...(plan.verbose ? { trace } : {}),
    ...(plan.dryRun ? { print: stdout } : {}),
  };
  const undelivered = await Promise.all(
    plan.destinations.map(destination => {
      const makePoints = () => namedPoints(plan, destination, snapshots, endpoints, trace);
      return deliver(destination, makePoints, delivery);
    }),
  );
  deadline.stop();
  return { failures: [...plan.warnings, ...failures, ...undelivered.flat()] };
}

/** The points of a run for one destination, as its layout shapes and names them. */
function namedPoints(
  { layout, metrics, merge, ...plan }: Plan,
  { backend: { type }, scope }: Destination,
  snapshots: readonly Snapshot[],
  endpoints: Endpoints,
  trace: Trace,
): Iterable<Point> {
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

/** Reads the endpoints side by side; the snapshots are of different processes. */
async function readAll(plan: Plan, timestamp: number, trace: Trace) {
  const found = await findEndpoints(plan.endpoints);
  const read = await Promise.allSettled(found.list.map(endpoint => readSnapshot(endpoint, plan.read)));
  const failures = [
    ...found.failures,
    ...read.flatMap(one => (one.status === 'rejected' ? [one.reason] : [])),
  ];
  const answered = read.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
  const { distinct, repeated } = findProcesses(answered, timestamp);

  for (const { endpoint } of answered) trace(`${endpoint.label}: read`);
  for (const { snapshot, of } of repeated) {
    trace(`${snapshot.endpoint.label}: the same process as ${of.endpoint.label}, counted once`);
  }
  for (const name of answered.length > 0 ? findUnknown(plan.metrics, answered) : []) {
    failures.push(new Failure('read', '--metrics', `no HAProxy that was read has a field "${name}"`));
  }
  return { endpoints: found, snapshots: distinct, failures };
}

/** The run's one deadline, counted from the start of the process. */
function startDeadline(milliseconds: number): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const late = new Error(`the deadline of ${seconds(milliseconds)} was reached`);
  const clock = setTimeout(() => controller.abort(late), milliseconds - performance.now());
  return { signal: controller.signal, stop: () => clearTimeout(clock) };
}
