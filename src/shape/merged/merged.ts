import { now } from '../../clock.ts';
import { countRow } from '../../count.ts';
import type { MergeOptions } from '../../plan.ts';
import type { MergedSubject, SampleTable, Snapshot } from '../../types.ts';
import { blocksOf } from '../blocks.ts';
import { deriveCpuUsage, derivePercentages } from './derive.ts';
import { mergedFields } from './fields.ts';
import { findObjects } from './objects.ts';
import { objectMerger } from './rows.ts';
import { type MergedField, mergeShares } from './rules.ts';

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
): Iterable<SampleTable<MergedSubject>> {
  const begin = now();
  const daemon = startMeter('MetricsHAProxy', 'WallClockTimeHAProxy');
  yield* measure(daemon, listDaemons(snapshots, options), daemonReader(options));
  const statBegin = now();
  const { frontends, backends, servers, aggregated } = findObjects(snapshots, options, clean, onClash);
  const ofFrontends = startMeter('MetricsFrontend', 'WallClockTimeFrontends');
  yield* measure(ofFrontends, blocksOf(frontends), objectMerger('frontend', snapshots, options));
  const ofBackends = startMeter('MetricsBackend', 'WallClockTimeBackends');
  yield* measure(ofBackends, blocksOf(backends), objectMerger('backend', snapshots, options));
  const ofServers = startMeter('MetricsServer', 'WallClockTimeServers');
  yield* measure(ofServers, blocksOf(servers), objectMerger('server', snapshots, options));
  yield* measure(
    ofServers,
    blocksOf(aggregated),
    objectMerger('server', snapshots, { ...options, status: false }),
  );
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

function daemonReader(options: MergeOptions): (daemon: Daemon) => SampleTable<MergedSubject> {
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
  const alike = new Float64Array(snapshots.length).fill(1);
  const weights = { one: alike, busy: alike, samples: alike };
  const owners = snapshots.map(() => 0);
  const merged = fields.map(({ name, merge }) => {
    const values = Float64Array.from(snapshots, ({ info }) => info.get(name)?.number ?? Number.NaN);
    const tally = { totals: new Float64Array(1), weights: new Float64Array(1) };
    mergeShares(merge, [{ values, empty: Number.NaN, weights, owners }], tally);
    return [name, tally.totals[0] ?? Number.NaN] as const;
  });
  return new Map(merged.filter(([, value]) => !Number.isNaN(value)));
}

function sampleOf(
  subject: MergedSubject,
  values: readonly (readonly [name: string, value: number])[],
): SampleTable<MergedSubject> {
  return {
    subjects: [subject],
    fields: values.map(([name]) => ({ name })),
    values: values.map(([, value]) => Float64Array.of(value)),
  };
}

function startMeter(count: string, time: string): Meter {
  return { count, time, points: 0, seconds: 0 };
}

/** The samples of things, counted and timed. */
function* measure<T>(
  meter: Meter,
  things: Iterable<T>,
  read: (thing: T) => SampleTable<MergedSubject>,
): Iterable<SampleTable<MergedSubject>> {
  const begin = now();
  for (const thing of things) {
    const samples = read(thing);
    samples.subjects.forEach((_, row) => {
      meter.points += countRow(samples.values, row);
    });
    yield samples;
  }
  meter.seconds += secondsSince(begin);
}

function sampleMeters(
  meters: readonly Meter[],
  statSeconds: number,
  seconds: number,
): SampleTable<MergedSubject> {
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
