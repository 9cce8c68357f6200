import type { Readable } from 'node:stream';
import { now } from '../clock.ts';
import { suggest } from '../config/suggest.ts';
import { Failure, seconds } from '../errors.ts';
import { type Reading, readAll } from '../haproxy/read-all.ts';
import type { HookReading } from '../hook/read-all.ts';
import type { Plan } from '../plan.ts';
import { keepsKind } from '../shape/filter.ts';
import { findUnknown, isPreset, listKnown } from '../shape/select.ts';

/** Everything that was read. */
export interface Everything {
  readonly haproxy: Reading;
  readonly hooks: HookReading;
  /** Begin and end of reading, on the clock of clock.ts. */
  readonly from: number;
  readonly until: number;
}

/** Reads HAProxy's endpoints and the hook snapshots at the same time. Failures are part of the result. */
export async function readEverything(
  plan: Plan,
  stdin: () => Readable,
  stop: AbortSignal,
): Promise<Everything> {
  const from = now();
  const [haproxy, hooks] = await Promise.all([readHaproxy(plan, stop), readHooks(plan, stdin, stop)]);
  return { haproxy, hooks, from, until: now() };
}

/** Reads for half of the deadline at most; the other half is for delivery, however many endpoints there are. */
async function readHaproxy({ endpoints, read, deadline, filter }: Plan, stop: AbortSignal): Promise<Reading> {
  const half = new AbortController();
  const late = new Error(`not read within ${seconds(deadline / 2)}, half of the deadline`);
  const clock = setTimeout(() => half.abort(late), deadline / 2 - now());
  try {
    const further = (['resolvers', 'tables'] as const).filter(kind => keepsKind(filter, kind));
    return await readAll(endpoints, read, AbortSignal.any([half.signal, stop]), further);
  } finally {
    clearTimeout(clock);
  }
}

/** Loads the hook room only if there are hook snapshots. */
async function readHooks(
  { hooks, hookLimits }: Plan,
  stdin: () => Readable,
  stop: AbortSignal,
): Promise<HookReading> {
  if (hooks.length === 0) return { read: [], series: [], failures: [] };
  const room = await import('../hook/read-all.ts');
  return await room.readHooks(hooks, hookLimits, stdin, stop);
}

/**
 * Returns a Failure for each name in `--metrics` that no HAProxy has; none unless every endpoint was read, since one that was
 * not may have it.
 */
export async function findMistyped({ metrics }: Plan, { haproxy }: Everything): Promise<readonly Failure[]> {
  if (haproxy.failures.length > 0 || haproxy.answered.length === 0 || metrics.every(isPreset)) return [];
  const known = listKnown(haproxy.answered);
  return await Promise.all(
    findUnknown(metrics, known).map(async name => {
      const nearest = await suggest(name, [...known]);
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      return new Failure('read', '--metrics', `no HAProxy has numbers in a field "${name}"${hint}`);
    }),
  );
}
