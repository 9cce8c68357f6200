import type { MergedSubject, MergeOptions, Sample, Snapshot } from '../types.ts';
import { deriveCpuUsage, derivePercentages } from './derive.ts';
import { addToTally, type MergedField, readTally, tallyStarter } from './merge.ts';
import { mergedFields } from './merged-fields.ts';
import { type MergedObject, mergeRows, type Objects } from './merged-rows.ts';
import { STATES } from './status.ts';

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
  const begin = performance.now();
  const daemon = startMeter('MetricsHAProxy', 'WallClockTimeHAProxy');
  yield* measure(daemon, sampleDaemon(snapshots, options));
  const statBegin = performance.now();
  const objects = mergeRows(snapshots, options, clean, onClash);
  const frontends = startMeter('MetricsFrontend', 'WallClockTimeFrontends');
  yield* measure(frontends, sampleFrontends(objects, options));
  const backends = startMeter('MetricsBackend', 'WallClockTimeBackends');
  yield* measure(backends, sampleBackends(objects, options));
  const servers = startMeter('MetricsServer', 'WallClockTimeServers');
  yield* measure(servers, sampleServers(objects, options));
  yield* sampleMeters([daemon, frontends, backends, servers], secondsSince(statBegin), secondsSince(begin));
}

function* sampleDaemon(snapshots: readonly Snapshot[], options: MergeOptions): Samples {
  const fields = mergedFields('daemon', options);
  yield* sampleProcesses({ kind: 'daemon' }, snapshots, fields, options);
  if (!options.perProcess) return;
  for (const process of snapshots)
    yield* sampleProcesses({ kind: 'daemon', process }, [process], fields, options);
}

function* sampleProcesses(
  subject: MergedSubject,
  snapshots: readonly Snapshot[],
  fields: readonly MergedField[],
  { percentages }: MergeOptions,
): Samples {
  const merged = mergeInfo(snapshots, fields);
  for (const [field, value] of merged) yield { subject, field, state: undefined, value };
  const idle = snapshots.flatMap(({ info }) => info.get('Idle_pct')?.number ?? []);
  const usage = deriveCpuUsage(idle.map(percent => 100 - percent));
  const derived = percentages ? [...usage, ...derivePercentages(name => merged.get(name))] : usage;
  for (const [field, value] of derived) yield { subject, field, state: undefined, value };
}

function mergeInfo(snapshots: readonly Snapshot[], fields: readonly MergedField[]): Map<string, number> {
  const tally = tallyStarter(fields)();
  for (const { info } of snapshots) {
    fields.forEach(({ name, merge }, index) => {
      const value = info.get(name)?.number;
      if (value !== undefined) addToTally(tally, index, merge, value, { lbtot: 1, samples: 1 });
    });
  }
  return new Map(
    fields.flatMap(({ name, merge }, index) => {
      const value = readTally(tally, index, merge);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function* sampleFrontends({ frontends }: Objects, options: MergeOptions): Samples {
  const fields = mergedFields('frontend', options);
  for (const [proxy, object] of frontends) yield* sampleFields({ kind: 'frontend', proxy }, object, fields);
}

function* sampleBackends({ backends, servers }: Objects, options: MergeOptions): Samples {
  const fields = mergedFields('backend', options);
  for (const [proxy, object] of backends) {
    const subject: MergedSubject = { kind: 'backend', proxy };
    yield* sampleFields(subject, object, fields);
    yield { subject, field: 'TotalServers', state: undefined, value: servers.get(proxy)?.size ?? 0 };
    if (options.status) yield* sampleStates(subject, object);
  }
}

function* sampleServers({ servers, aggregated }: Objects, options: MergeOptions): Samples {
  const fields = mergedFields('server', options);
  for (const [proxy, ofBackend] of servers) {
    for (const [server, object] of ofBackend) {
      const subject: MergedSubject = { kind: 'server', proxy, server };
      yield* sampleFields(subject, object, fields);
      if (options.status) yield* sampleStates(subject, object);
    }
  }
  for (const [server, object] of aggregated) yield* sampleFields({ kind: 'server', server }, object, fields);
}

function* sampleFields(
  subject: MergedSubject,
  { tally }: MergedObject,
  fields: readonly MergedField[],
): Samples {
  for (const [index, { name, merge }] of fields.entries()) {
    const value = readTally(tally, index, merge);
    if (value !== undefined) yield { subject, field: name, state: undefined, value };
  }
}

/** In how many processes the object is in each state; nothing where none says one that is known. */
function* sampleStates(subject: MergedSubject, { states }: MergedObject): Samples {
  if (states.every(count => count === 0)) return;
  for (const [index, state] of STATES.entries()) {
    yield { subject, field: 'status', state, value: states[index] ?? 0 };
  }
}

function startMeter(count: string, time: string): Meter {
  return { count, time, points: 0, seconds: 0 };
}

function* measure(meter: Meter, samples: Samples): Samples {
  const begin = performance.now();
  for (const sample of samples) {
    meter.points++;
    yield sample;
  }
  meter.seconds = secondsSince(begin);
}

function* sampleMeters(meters: readonly Meter[], statSeconds: number, seconds: number): Samples {
  const subject: MergedSubject = { kind: 'haproxystats' };
  const values: [field: string, value: number][] = [
    ...meters.map(({ time, seconds: took }): [string, number] => [time, took]),
    ['WallClockTimeAllStats', statSeconds],
    ['TotalWallClockTime', seconds],
    ...meters.map(({ count, points }): [string, number] => [count, points]),
  ];
  for (const [field, value] of values) yield { subject, field, state: undefined, value };
}

/** Three decimals, as haproxystats gives them. */
function secondsSince(begin: number): number {
  return Math.round(performance.now() - begin) / 1000;
}
