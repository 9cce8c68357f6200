import { nameSeries } from '../config/line.ts';
import type { Failure } from '../errors.ts';
import type { ClaimedTotals } from '../memory/totals.ts';
import type { Destination, Plan } from '../plan.ts';
import type { Totals } from '../shape/totals.ts';
import { openMemory } from './memory.ts';
import type { Everything } from './read.ts';

/**
 * Whether a destination gets each counter as its increase since the previous run, which StatsD adds up, instead of its total.
 */
export function sendsDeltas({ counters }: Plan, { backend }: Pick<Destination, 'backend'>): boolean {
  return counters === 'delta' && backend.type === 'statsd';
}

/** The numbers to send, and the totals to store for the next run. */
export interface Counted {
  readonly read: Everything;
  /** Leaves the totals for the next run if these were delivered. Returns all failures of the memory. */
  settle(isDelivered: boolean): Promise<readonly Failure[]>;
}

/**
 * Replaces HAProxy's counters by their increase since the previous run, if this destination gets increases. The first run
 * sends no counters, nor does a run beside another that holds the totals. What a run does not deliver is part of the next
 * run's increase.
 */
export async function countSinceBefore(
  plan: Plan,
  destination: Destination,
  read: Everything,
  timestamp: number,
): Promise<Counted> {
  if (!sendsDeltas(plan, destination) || plan.spool === undefined) return { read, settle: async () => [] };
  const { mergeTotals, parseTotals, sinceBefore, takeTotals, writeTotals } = await import(
    '../shape/deltas.ts'
  );
  const memory = await openMemory(plan.spool, plan, nameSeries(plan));
  const claimed = await memory.attempt('the totals of the run before cannot be read', () =>
    claimFor(memory.directory, destination, plan.line),
  );
  const own = await memory.attempt(DAMAGED, (): Totals | undefined =>
    claimed?.before === undefined ? undefined : parseTotals(claimed.before),
  );
  const before = claimed && mergeTotals(own, claimed.others);
  const { haproxy } = read;
  return {
    read: { ...read, haproxy: { ...haproxy, distinct: sinceBefore(haproxy.distinct, before) } },
    settle: async isDelivered => {
      const isKept = isDelivered || before === undefined;
      await memory.attempt('the totals cannot be left for the next run', () => {
        if (plan.dryRun || !isKept) claimed?.release();
        else claimed?.replace(writeTotals(takeTotals(haproxy.distinct, before, timestamp)));
      });
      return memory.failures;
    },
  };
}

const DAMAGED = 'the totals of the run before are damaged, and are begun anew';

/** Totals that a run may count from. */
type Claimed = ClaimedTotals & {
  /** The texts that lines of other sources left. */
  readonly others: readonly string[];
};

async function claimFor(
  directory: string | undefined,
  { backend }: Destination,
  line: string,
): Promise<Claimed | undefined> {
  if (directory === undefined || backend.protocol === 'file') return undefined;
  const { claimTotals, readOthers } = await import('../memory/totals.ts');
  const { identify, isAlive } = await import('../spool/owner.ts');
  const { nameDirectory } = await import('../spool/open.ts');
  const prefix = `totals-${nameDirectory(backend)}-`;
  const name = `${prefix}${line}.json`;
  const claimed = claimTotals(directory, name, { self: identify(), isAlive });
  return claimed && { ...claimed, others: readOthers(directory, prefix, name) };
}
