import { isUserProcess } from '../../proc.ts';
import type { Yield } from '../slices.ts';
import { startOfProcess } from './process-start.ts';
import type { PrometheusRow } from './row.ts';
import { labelOf, type PrometheusPage, WORKER_STATE } from './text.ts';

/** Which workers a page's gauges are to be taken from. */
interface Workers {
  /** Whether the row's worker runs, as far as can be told; true for a row of no worker. */
  isLive(row: PrometheusRow): boolean;
  /** How many of gunicorn's workers are in each state; those that are known to be gone are in none. */
  readonly states: ReadonlyMap<string, number>;
}

/**
 * Judges the workers of a page by their labels. prometheus_client's multiprocess mode forgets no process (`pid`), and
 * gunicorn-prometheus-exporter no worker: those that have died stay there with all their gauges, in the state `running` when
 * nobody told it otherwise. Gone are
 *  - those that were started before gunicorn's first HUP, which replaced every worker;
 *  - on a page about this machine, those whose process is not there.
 */
export async function judgeWorkers(
  { rows }: PrometheusPage,
  local: boolean,
  takeTurn: Yield,
): Promise<Workers> {
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
 * Whether each worker's process is there. Empty where none is: the pids are then those of a container, which tell nothing.
 * A page has many rows of each worker, and asking for a process is slow.
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

/** Seconds since the epoch at which the row's worker was started, from `worker_<age>_<start>`. */
function startOf(row: PrometheusRow): number | undefined {
  const start = /^worker_\d+_(\d+)$/.exec(labelOf(row, 'worker_id') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Whether there is a process with the pid that was started at that time, where it is known. */
function isThere(pid: string, start: number | undefined): boolean {
  if (start === undefined) return isUserProcess(pid);
  return Math.abs((startOfProcess(pid) ?? NaN) - start) < TOLERANCE;
}

/** Seconds. The worker's start is noted in whole ones, a little before its process is there. */
const TOLERANCE = 3;
