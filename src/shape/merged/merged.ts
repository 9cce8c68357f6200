import { BLOCK, blocksOf } from '../../blocks.ts';
import { now } from '../../clock.ts';
import { countRows } from '../../count.ts';
import type { Filter, MergeOptions } from '../../plan.ts';
import type { MergedSubject, SampleTable, Snapshot } from '../../types.ts';
import { exclusionTest, keepsKind } from '../filter.ts';
import { mergeOthers } from '../others.ts';
import { fieldSelector, isExact } from '../select.ts';
import { deriveCpuUsage, derivePercentages } from './derive.ts';
import { mergedFields } from './fields.ts';
import { findObjects, type MergedObject } from './objects.ts';
import { MERGED_STATES, rowMerger } from './rows.ts';
import { type MergedField, mergeShares } from './rules.ts';

/** The time that a part of the metrics took and their number: haproxystats says both of itself. */
interface Meter {
  readonly count: string;
  readonly time: string;
  points: number;
  seconds: number;
}

/** The choice of numbers in a merged run. */
export interface Merging {
  readonly options: MergeOptions;
  readonly metrics: readonly string[];
  readonly filter: Filter;
  /** Cleans a name for paths; objects whose names become one are merged. */
  readonly clean: (name: string) => string;
}

/**
 * Yields tables of everything that the merged layout sends, merged over all processes. Each is valid only until the next one.
 * Calls `tell` with each status that it does not know.
 */
export function* mergeSnapshots(
  snapshots: readonly Snapshot[],
  merging: Merging,
  tell: (text: string) => void,
): Iterable<SampleTable<MergedSubject>> {
  const { options, metrics, filter, clean } = merging;
  const begin = now();
  const daemon = startMeter('MetricsHAProxy', 'WallClockTimeHAProxy');
  const daemons = keepsKind(filter, 'process') ? listDaemons(snapshots, options) : [];
  yield* measure(daemon, daemons, daemonReader(snapshots, merging));
  const statBegin = now();
  const { frontends, backends, servers, aggregated } = findObjects(snapshots, {
    filter,
    isHidden: exclusionTest(filter, clean),
    aggregate: options.aggregateServers,
    clean,
  });
  const hasStates = isExact(metrics) ? fieldSelector(metrics, [])('status') : options.status;
  const mergerOf = (kind: 'frontend' | 'backend' | 'server', states: readonly MergedField[]) =>
    objectMerger(kind, snapshots, merging, states, tell);
  const states = hasStates ? MERGED_STATES : [];
  const ofFrontends = startMeter('MetricsFrontend', 'WallClockTimeFrontends');
  yield* measure(ofFrontends, blocksOf(frontends), mergerOf('frontend', []));
  const ofBackends = startMeter('MetricsBackend', 'WallClockTimeBackends');
  yield* measure(ofBackends, blocksOf(backends), mergerOf('backend', states));
  const ofServers = startMeter('MetricsServer', 'WallClockTimeServers');
  yield* measure(ofServers, blocksOf(servers), mergerOf('server', states));
  yield* measure(ofServers, blocksOf(aggregated), mergerOf('server', []));
  yield* mergeOthers(snapshots, metrics, filter);
  const meters = [daemon, ofFrontends, ofBackends, ofServers];
  yield sampleMeters(meters, secondsSince(statBegin), secondsSince(begin));
}

/** Samples all processes as one, or one of them. */
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

function daemonReader(
  all: readonly Snapshot[],
  { options, metrics }: Merging,
): (daemon: Daemon) => SampleTable<MergedSubject> {
  const found = new Set(all.flatMap(({ info }) => [...info.keys()]));
  const fields = mergedFields('daemon', options, metrics, found);
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

/** Makes the function that merges the rows of each object of a kind. */
function objectMerger(
  kind: 'frontend' | 'backend' | 'server',
  snapshots: readonly Snapshot[],
  { options, metrics }: Merging,
  states: readonly MergedField[],
  tell: (text: string) => void,
): (objects: readonly MergedObject[]) => SampleTable<MergedSubject> {
  const found = new Set(
    snapshots.flatMap(({ stat }) => stat.columns.filter(({ text }) => !text).map(({ name }) => name)),
  );
  const merged = [...mergedFields(kind, options, metrics, found), ...states];
  const merge = rowMerger(merged, ({ stat }) => stat, tell);
  const servers = new Float64Array(BLOCK);
  const total = kind === 'backend' ? [{ name: 'TotalServers' }] : [];
  const fields = [...merged, ...total];
  return objects => {
    const values = merge(objects);
    servers.set(objects.map(object => object.servers));
    const notes = objects.map(({ note }) => (note === undefined ? undefined : { merged: note }));
    return {
      subjects: objects.map(({ subject }) => subject),
      fields,
      values: kind === 'backend' ? [...values, servers] : values,
      ...(notes.some(note => note !== undefined) && { notes }),
    };
  };
}

function startMeter(count: string, time: string): Meter {
  return { count, time, points: 0, seconds: 0 };
}

/** Samples things, counts and times them. */
function* measure<T>(
  meter: Meter,
  things: Iterable<T>,
  read: (thing: T) => SampleTable<MergedSubject>,
): Iterable<SampleTable<MergedSubject>> {
  const begin = now();
  for (const thing of things) {
    const samples = read(thing);
    meter.points += countRows(samples.values, samples.subjects.length);
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

/** Rounds to three decimals, as haproxystats does. */
function secondsSince(begin: number): number {
  return Math.round(now() - begin) / 1000;
}
