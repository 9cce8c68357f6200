import { now } from '../clock.ts';
import { countValues } from '../count.ts';
import type { MergedSubject, MergeOptions, Sample, Snapshot } from '../types.ts';
import { deriveCpuUsage, derivePercentages } from './derive.ts';
import { addValues, type MergedField, readTally, startTally } from './merge.ts';
import { mergedFields } from './merged-fields.ts';
import { findObjects } from './merged-objects.ts';
import { objectReader } from './merged-rows.ts';

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
  yield* measure(daemon, listDaemons(snapshots, options), daemonReader(options));
  const statBegin = now();
  const { frontends, backends, servers, aggregated } = findObjects(snapshots, options, clean, onClash);
  const ofFrontends = startMeter('MetricsFrontend', 'WallClockTimeFrontends');
  yield* measure(ofFrontends, frontends, objectReader('frontend', snapshots, options));
  const ofBackends = startMeter('MetricsBackend', 'WallClockTimeBackends');
  yield* measure(ofBackends, backends, objectReader('backend', snapshots, options));
  const ofServers = startMeter('MetricsServer', 'WallClockTimeServers');
  yield* measure(ofServers, servers, objectReader('server', snapshots, options));
  yield* measure(ofServers, aggregated, objectReader('server', snapshots, { ...options, status: false }));
  const meters = [daemon, ofFrontends, ofBackends, ofServers];
  yield sampleMeters(meters, secondsSince(statBegin), secondsSince(begin));
}

/** All processes as one, or one of them. */
interface Daemon {
  readonly subject: MergedSubject;
  readonly snapshots: readonly Snapshot[];
}

function listDaemons(snapshots: readonly Snapshot[], { perProcess }: MergeOptions): readonly Daemon[] {
  const all: Daemon = { subject: { kind: 'daemon' }, snapshots };
  if (!perProcess) return [all];
  const each = snapshots.map(
    process => ({ subject: { kind: 'daemon', process }, snapshots: [process] }) as const,
  );
  return [all, ...each];
}

function daemonReader(options: MergeOptions): (daemon: Daemon) => Sample<MergedSubject> {
  const fields = mergedFields('daemon', options);
  return ({ subject, snapshots }) => {
    const merged = mergeInfo(snapshots, fields);
    const idle = snapshots.flatMap(({ info }) => info.get('Idle_pct')?.number ?? []);
    const usage = deriveCpuUsage(idle.map(percent => 100 - percent));
    const derived = options.percentages ? derivePercentages(name => merged.get(name)) : [];
    return sampleOf(subject, [...merged, ...usage, ...derived]);
  };
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

function sampleOf(
  subject: MergedSubject,
  values: readonly (readonly [name: string, value: number])[],
): Sample<MergedSubject> {
  return { subject, fields: values.map(([name]) => ({ name })), values: values.map(([, value]) => value) };
}

function startMeter(count: string, time: string): Meter {
  return { count, time, points: 0, seconds: 0 };
}

/**
 * The samples of things, counted and timed. This and the generators that its samples pass through run for every object: four
 * more of them cost a run of 10,000 servers 25 ms.
 */
function* measure<T>(meter: Meter, things: readonly T[], read: (thing: T) => Sample<MergedSubject>): Samples {
  const begin = now();
  for (const thing of things) {
    const sample = read(thing);
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
