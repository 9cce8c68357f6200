import type { Snapshot } from '../types.ts';

/** Snapshots of different processes, and those that are of one already there. */
export interface Processes {
  readonly distinct: readonly Snapshot[];
  readonly repeated: readonly { readonly snapshot: Snapshot; readonly of: Snapshot }[];
}

/** Uptime is in whole seconds and the endpoints are read within some: start times further apart are two. */
const SAME_START = 3;

/**
 * Finds snapshots of one process, which two endpoints may lead to: the same Pid, node and start time.
 * A stats page says none of these, so it is taken for a process of its own.
 */
export function findProcesses(snapshots: readonly Snapshot[], timestamp: number): Processes {
  const distinct: Snapshot[] = [];
  const repeated: { snapshot: Snapshot; of: Snapshot }[] = [];
  for (const snapshot of snapshots) {
    const of = distinct.find(other => isSameProcess(snapshot, other, timestamp));
    if (of === undefined) distinct.push(snapshot);
    else repeated.push({ snapshot, of });
  }
  return { distinct, repeated };
}

function isSameProcess(a: Snapshot, b: Snapshot, timestamp: number): boolean {
  const pid = a.info.get('Pid')?.number;
  return (
    pid !== undefined &&
    pid === b.info.get('Pid')?.number &&
    a.info.get('node')?.text === b.info.get('node')?.text &&
    Math.abs(startTime(a, timestamp) - startTime(b, timestamp)) < SAME_START
  );
}

/** Epoch seconds. Start_time_sec exists since HAProxy 2.4. */
function startTime({ info }: Snapshot, timestamp: number): number {
  return info.get('Start_time_sec')?.number ?? timestamp - (info.get('Uptime_sec')?.number ?? 0);
}
