import { Failure, seconds } from './errors.ts';
import { findEndpoints } from './haproxy/find.ts';
import { findProcesses } from './haproxy/processes.ts';
import { readSnapshot } from './haproxy/read.ts';
import { hapMonitor } from './layout/hap-monitor.ts';
import { cleaner } from './layout/name.ts';
import { namePoints } from './layout/points.ts';
import type { Report } from './report.ts';
import { retry } from './retry.ts';
import { sampleSnapshots } from './shape/samples.ts';
import { findUnknown, selectMetrics } from './shape/select.ts';
import { chooseEncoder, chooseTransport } from './sink/choose.ts';
import { printInstead } from './sink/print.ts';
import type { Packet, Plan, Point } from './types.ts';

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
  if (snapshots.length === 0) return { failures };

  const metrics = selectMetrics(plan.metrics, hapMonitor.defaults);
  const clean = cleaner({ dots: plan.keepDots, colons: plan.backend.type === 'graphite' });
  const naming = { scope: plan.scope, host: plan.host, endpoints, clean };
  const onClash: Trace = path => trace(`${path}: two names become this path, only the first is sent`);
  const makePoints = (): Iterable<Point> =>
    namePoints(sampleSnapshots(snapshots, metrics), hapMonitor, naming, onClash);

  const undelivered = await deliver(plan, makePoints, timestamp, stdout, trace);
  return { failures: [...failures, ...undelivered] };
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

/** Delivers all points within the deadline, as often as it takes; the failures say how many were lost. */
async function deliver(
  plan: Plan,
  makePoints: () => Iterable<Point>,
  timestamp: number,
  stdout: NodeJS.WritableStream,
  trace: Trace,
): Promise<readonly Failure[]> {
  const encode = await chooseEncoder(plan.backend, timestamp);
  const real = await chooseTransport(plan.backend, plan.send);
  const transport = plan.dryRun ? printInstead(real, stdout) : real;
  const limits = plan.dryRun ? { ...plan.send, retries: 0 } : plan.send;
  const deadline = new AbortController();
  const late = new Error(`the deadline of ${seconds(plan.deadline)} was reached`);
  const clock = setTimeout(() => deadline.abort(late), plan.deadline - performance.now());
  let refused: Point[] = [];
  try {
    await retry(
      () => {
        refused = [];
        const packets = encode(makePoints(), transport.packetLimit, point => refused.push(point));
        return transport.send(tracePackets(packets, trace), deadline.signal);
      },
      limits,
      deadline.signal,
    );
    trace(`${transport.where}: delivered`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      new Failure('deliver', error.where, `${error.what}; ${count(makePoints())} datapoints are lost`, error),
    ];
  } finally {
    clearTimeout(clock);
  }
  const [example] = refused;
  if (example === undefined) return [];
  const what = `${refused.length} datapoints are lost, their lines are longer than ${transport.packetLimit} bytes: ${example.path.slice(0, 80)}...`;
  return [new Failure('deliver', transport.where, what)];
}

function* tracePackets(packets: Iterable<Packet>, trace: Trace): Iterable<Packet> {
  for (const packet of packets) {
    trace(packet.trimEnd());
    yield packet;
  }
}

function count(points: Iterable<Point>): number {
  let total = 0;
  for (const _ of points) total++;
  return total;
}
