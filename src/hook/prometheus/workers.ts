import { isUserProcess } from '../../proc.ts';
import type { Yield } from '../slices.ts';
import { startOfProcess } from './process-start.ts';
import type { PrometheusRow } from './row.ts';
import { labelOf, type PrometheusPage, WORKER_STATE } from './text.ts';

/** Tells the workers of a page that live. */
interface LiveWorkers {
  /** Whether the row's worker runs, as far as can be told; true for a row without a worker. */
  isLive(row: PrometheusRow): boolean;
  /** gunicorn's workers in each state; those known to be gone are in none. */
  readonly states: ReadonlyMap<string, number>;
}

/**
 * Finds out which workers of a page live, by their labels. prometheus_client's multiprocess mode forgets no process (`pid`),
 * and gunicorn-prometheus-exporter no worker: dead ones keep all their gauges, and often the state `running`. A worker is
 * dead if it was started before gunicorn's first HUP, which replaced every worker, or, on a page about this machine, if its
 * process is not there.
 */
export async function judgeWorkers(
  { rows }: PrometheusPage,
  local: boolean,
  takeTurn: Yield,
): Promise<LiveWorkers> {
  const firstHup = Math.floor(rows.find(isFirstHup)?.value ?? 0);
  const processes = local ? await findProcesses(rows, takeTurn) : new Map<string, boolean>();
  const isGone = (row: PrometheusRow): boolean =>
    (startOf(row) ?? Infinity) < firstHup || processes.get(workerOf(row)) === false;

  const newest = rows.filter(({ name }) => name === WORKER_STATE);
  const stateOf = new Map(newest.map(row => [labelOf(row, 'worker_id'), labelOf(row, 'state')]));
  const states = new Map<string, number>();
  for (const row of newest) {
    if (isGone(row)) continue;
    const state = labelOf(row, 'state') ?? '';
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  return {
    isLive: row => !isGone(row) && (stateOf.get(labelOf(row, 'worker_id')) ?? 'running') === 'running',
    states,
  };
}

/**
 * Tells whether each worker's process runs; empty if none does: the pids are then those of a container. Each is asked for once,
 * since a page has many rows of each worker, and asking is slow.
 */
async function findProcesses(
  rows: readonly PrometheusRow[],
  takeTurn: Yield,
): Promise<ReadonlyMap<string, boolean>> {
  const processes = new Map<string, boolean>();
  for (const row of rows) {
    const turn = takeTurn();
    if (turn !== undefined) await turn;
    const pid = labelOf(row, 'pid');
    const worker = workerOf(row);
    if (pid !== undefined && !processes.has(worker)) processes.set(worker, isThere(pid, startOf(row)));
  }
  return Array.from(processes.values()).includes(true) ? processes : new Map();
}

function workerOf(row: PrometheusRow): string {
  return `${labelOf(row, 'worker_id')} ${labelOf(row, 'pid')}`;
}

function isFirstHup(row: PrometheusRow): boolean {
  return row.name === 'gunicorn_master_worker_restart_created' && labelOf(row, 'reason') === 'hup';
}

/** Reads the worker's start, seconds since the epoch, from the label `worker_<age>_<start>`. */
function startOf(row: PrometheusRow): number | undefined {
  const start = /^worker_\d+_(\d+)$/.exec(labelOf(row, 'worker_id') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Whether a process runs with the pid and, if it is known, the start. */
function isThere(pid: string, start: number | undefined): boolean {
  if (start === undefined) return isUserProcess(pid);
  return Math.abs((startOfProcess(pid) ?? NaN) - start) < TOLERANCE;
}

/** Seconds of tolerance: the worker's start is in whole seconds, and noted a little before its process begins. */
const TOLERANCE = 3;
