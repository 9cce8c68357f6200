import type { HookSeries, HookWorker, NumberedWorker } from '../types.ts';

/**
 * Replaces each series' worker by a number, in a last label `worker`. A worker keeps its number of `before`; a new one gets
 * the lowest that is free in its application. Workers of a source that is in `missed`, not read this time, keep theirs.
 */
export function numberWorkers(
  before: readonly NumberedWorker[],
  series: readonly HookSeries[],
  missed: ReadonlySet<string>,
): { readonly series: readonly HookSeries[]; readonly now: readonly NumberedWorker[] } {
  const seen = new Set(series.flatMap(({ app, worker }) => (worker ? [keyOf(app, worker)] : [])));
  const kept = before.filter(one => missed.has(one.source) || seen.has(keyOf(one.app, one)));
  const numbers = new Map(kept.map(one => [keyOf(one.app, one), one]));
  const takeNumber = numberGiver(kept);
  const numbered = series.map(({ worker, ...one }) => {
    if (worker === undefined) return one;
    const key = keyOf(one.app, worker);
    const known = numbers.get(key) ?? { ...worker, app: one.app, number: takeNumber(one.app) };
    numbers.set(key, known);
    return { ...one, labels: addNumber(one.labels, known.number) };
  });
  return { series: numbered, now: [...numbers.values()] };
}

function keyOf(app: string | undefined, { source, id }: HookWorker): string {
  return JSON.stringify([app ?? null, source, id]);
}

/** Returns the lowest free number of an application; one that was given is free no more. */
function numberGiver(taken: readonly NumberedWorker[]): (app: string | undefined) => number {
  const numbers = new Map<string | undefined, Set<number>>();
  for (const { app, number } of taken) numbers.set(app, (numbers.get(app) ?? new Set()).add(number));
  const next = new Map<string | undefined, number>();
  return app => {
    let number = next.get(app) ?? 0;
    while (numbers.get(app)?.has(number)) number++;
    next.set(app, number + 1);
    return number;
  };
}

/** A label of the application's own with that name gives way, as in Prometheus. */
function addNumber(labels: HookSeries['labels'], number: number): HookSeries['labels'] {
  const own = labels.map(([name, value]) => [name === 'worker' ? 'exported_worker' : name, value] as const);
  return [...own, ['worker', String(number)]];
}
