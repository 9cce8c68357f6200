import { now } from '../clock.ts';
import { countValues } from '../count.ts';
import type { MergedSubject, MergeOptions, Sample, Snapshot } from '../types.ts';
import { deriveCpuUsage, derivePercentages } from './derive.ts';
import { addValues, type MergedField, readTally, startTally } from './merge.ts';
import { mergedFields } from './merged-fields.ts';
import { findObjects, type Objects } from './merged-objects.ts';
import { type ObjectReader, objectReader } from './merged-rows.ts';

type Samples = Iterable<Sample<MergedSubject>>;

/** How long a part of the metrics took and how many they are: what haproxystats says of itself. */
interface Meter {
  readonly count: string;
  readonly time: string;
  points: number;
  seconds: number;
}

/**
 * Everything the merged layout sends, aggregated over the processes: the daemon, frontends, backends, servers.
 * `clean` makes an object's name what stands in a path: objects whose names become one are merged, which `onClash` is told.
 */
export function* mergeSnapshots(
  snapshots: readonly Snapshot[],
  options: MergeOptions,
  clean: (name: string) => string,
  onClash: (name: string) => void,
): Samples {
  const begin = now();
  const daemon = startMeter('MetricsHAProxy', 'WallClockTimeHAProxy');
  yield* measure(daemon, sampleDaemon(snapshots, options));
  const statBegin = now();
  const objects = findObjects(snapshots, options, clean, onClash);
  const frontends = startMeter('MetricsFrontend', 'WallClockTimeFrontends');
  yield* measure(frontends, sampleFrontends(objects, objectReader('frontend', snapshots, options)));
  const backends = startMeter('MetricsBackend', 'WallClockTimeBackends');
  const readBackend = objectReader('backend', snapshots, options, ['TotalServers']);
  yield* measure(backends, sampleBackends(objects, readBackend));
  const servers = startMeter('MetricsServer', 'WallClockTimeServers');
  yield* measure(servers, sampleServers(objects, objectReader('server', snapshots, options)));
  const readAggregated = objectReader('server', snapshots, { ...options, status: false });
  yield* measure(servers, sampleAggregated(objects, readAggregated));
  yield sampleMeters([daemon, frontends, backends, servers], secondsSince(statBegin), secondsSince(begin));
}

function* sampleDaemon(snapshots: readonly Snapshot[], options: MergeOptions): Samples {
  const fields = mergedFields('daemon', options);
  yield sampleProcesses({ kind: 'daemon' }, snapshots, fields, options);
  if (!options.perProcess) return;
  for (const process of snapshots)
    yield sampleProcesses({ kind: 'daemon', process }, [process], fields, options);
}

function sampleProcesses(
  subject: MergedSubject,
  snapshots: readonly Snapshot[],
  fields: readonly MergedField[],
  { percentages }: MergeOptions,
): Sample<MergedSubject> {
  const merged = mergeInfo(snapshots, fields);
  const idle = snapshots.flatMap(({ info }) => info.get('Idle_pct')?.number ?? []);
  const usage = deriveCpuUsage(idle.map(percent => 100 - percent));
  const derived = percentages ? derivePercentages(name => merged.get(name)) : [];
  return sampleOf(subject, [...merged, ...usage, ...derived]);
}

function mergeInfo(snapshots: readonly Snapshot[], fields: readonly MergedField[]): Map<string, number> {
  const tally = startTally(fields.map(({ merge }) => ({ ...merge, empty: Number.NaN })));
  for (const { info } of snapshots) {
    const values = Float64Array.from(fields, ({ name }) => info.get(name)?.number ?? Number.NaN);
    addValues(tally, values, tally.merges, { one: 1, busy: 1, samples: 1 });
  }
  const values = new Float64Array(fields.length);
  readTally(tally, values);
  const merged = fields.map(({ name }, index) => [name, values[index] ?? Number.NaN] as const);
  return new Map(merged.filter(([, value]) => !Number.isNaN(value)));
}

function* sampleFrontends({ frontends }: Objects, read: ObjectReader): Samples {
  for (const [proxy, object] of frontends) yield { subject: { kind: 'frontend', proxy }, ...read(object) };
}

function* sampleBackends({ backends, servers }: Objects, read: ObjectReader): Samples {
  for (const [proxy, object] of backends) {
    yield { subject: { kind: 'backend', proxy }, ...read(object, servers.get(proxy)?.size ?? 0) };
  }
}

function* sampleServers({ servers }: Objects, read: ObjectReader): Samples {
  for (const [proxy, ofBackend] of servers) {
    for (const [server, object] of ofBackend)
      yield { subject: { kind: 'server', proxy, server }, ...read(object) };
  }
}

function* sampleAggregated({ aggregated }: Objects, read: ObjectReader): Samples {
  for (const [server, object] of aggregated) yield { subject: { kind: 'server', server }, ...read(object) };
}

function sampleOf(
  subject: MergedSubject,
  values: readonly (readonly [name: string, value: number])[],
): Sample<MergedSubject> {
  return { subject, fields: values.map(([name]) => ({ name })), values: values.map(([, value]) => value) };
}

function startMeter(count: string, time: string): Meter {
  return { count, time, points: 0, seconds: 0 };
}

function* measure(meter: Meter, samples: Samples): Samples {
  const begin = now();
  for (const sample of samples) {
    meter.points += countValues(sample.values);
    yield sample;
  }
  meter.seconds += secondsSince(begin);
}

function sampleMeters(meters: readonly Meter[], statSeconds: number, seconds: number): Sample<MergedSubject> {
  return sampleOf({ kind: 'haproxystats' }, [
    ...meters.map(({ time, seconds: took }): [string, number] => [time, took]),
    ['WallClockTimeAllStats', statSeconds],
    ['TotalWallClockTime', seconds],
    ...meters.map(({ count, points }): [string, number] => [count, points]),
  ]);
}

/** Three decimals, as haproxystats gives them. */
function secondsSince(begin: number): number {
  return Math.round(now() - begin) / 1000;
}
