import { startOfProcess } from './process-start.ts';
import { labelOf, type PrometheusPage, type PrometheusRow, WORKER_STATE } from './text.ts';

/** Which of gunicorn's workers a page's gauges are to be taken from. */
interface Workers {
  /** Whether the row's worker runs, as far as can be told; true for a row of no worker. */
  isLive(row: PrometheusRow): boolean;
  /** How many workers are in each state; those that are known to be gone are in none. */
  readonly states: ReadonlyMap<string, number>;
}

/**
 * Judges the workers of gunicorn-prometheus-exporter, which forgets none: those that have died stay on the page with all
 * their gauges, and in the state `running` when nobody told it otherwise. Gone are
 *  - those that were started before gunicorn's first HUP, which replaced every worker;
 *  - on a page about this machine, those whose process is not there.
 */
export function judgeWorkers({ rows }: PrometheusPage, local: boolean): Workers {
  const newest = rows.filter(({ name }) => name === WORKER_STATE);
  const firstHup = Math.floor(rows.find(isFirstHup)?.value ?? 0);
  // Where none is there, the pids are a container's.
  const seesProcesses = local && newest.some(isThere);
  const isGone = oncePerWorker(
    row => (startOf(row) ?? Infinity) < firstHup || (seesProcesses && hasProcess(row) && !isThere(row)),
  );

  const running = newest.filter(row => !isGone(row));
  const stateOf = new Map(newest.map(row => [labelOf(row)('worker_id'), labelOf(row)('state')]));
  const states = new Map<string, number>();
  for (const row of running) {
    const state = labelOf(row)('state') ?? '';
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  return {
    isLive: row => !isGone(row) && (stateOf.get(labelOf(row)('worker_id')) ?? 'running') === 'running',
    states,
  };
}

/** A page has many rows of each worker, and asking for a process is slow. */
function oncePerWorker(judge: (row: PrometheusRow) => boolean): (row: PrometheusRow) => boolean {
  const judged = new Map<string, boolean>();
  return row => {
    const label = labelOf(row);
    const worker = `${label('worker_id')} ${label('pid')}`;
    const verdict = judged.get(worker) ?? judge(row);
    judged.set(worker, verdict);
    return verdict;
  };
}

function isFirstHup(row: PrometheusRow): boolean {
  return row.name === 'gunicorn_master_worker_restart_created' && labelOf(row)('reason') === 'hup';
}

/** Seconds since the epoch at which the row's worker was started, from `worker_<age>_<start>`. */
function startOf(row: PrometheusRow): number | undefined {
  const start = /^worker_\d+_(\d+)$/.exec(labelOf(row)('worker_id') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

function hasProcess(row: PrometheusRow): boolean {
  return startOf(row) !== undefined && labelOf(row)('pid') !== undefined;
}

/** Whether the worker's process is there: one with its pid that was started when it was. */
function isThere(row: PrometheusRow): boolean {
  const difference = (startOfProcess(labelOf(row)('pid') ?? '') ?? NaN) - (startOf(row) ?? NaN);
  return Math.abs(difference) < TOLERANCE;
}

/** Seconds. The worker's start is noted in whole ones, a little before its process is there. */
const TOLERANCE = 3;
