import type { Worker } from 'node:worker_threads';
import { now } from './clock.ts';

/** Milliseconds from the deadline to the kill of a process whose main thread waits for something. */
const GRACE = 150;

/** Milliseconds from the deadline to the kill of a process that computes: it may be about to finish. */
const GRACE_WHEN_BUSY = 1500;

/** Milliseconds until a run gets its watchdog: quick runs need none, and its thread costs as much as they do. */
const QUICK = 1000;

/** Runs in a thread of its own, which goes on when the main thread is held. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { readFileSync, write } = require('node:fs');
const kill = () => process.kill(process.pid, 'SIGKILL');
function isBusy() {
  try {
    const stat = readFileSync('/proc/self/task/' + process.pid + '/stat', 'latin1'); // the main thread's, proc_pid_stat(5)
    return stat[stat.lastIndexOf(')') + 2] === 'R';
  } catch {
    return true;
  }
}
function end(left) {
  if (left > 0 && isBusy()) return void setTimeout(end, 50, left - 50);
  write(2, workerData.line, kill);
  setTimeout(kill, 20);
}
setTimeout(end, workerData.wait, workerData.busy);
`;

/** Kills a process that cannot end itself. */
export interface Watchdog {
  /** Makes it watch from now on: before work that may hold the main thread from its first second on. */
  start(): Promise<void>;
  callOff(): void;
}

/**
 * Kills the process shortly after its deadline in milliseconds, whatever it waits for or computes; a shell then sees exit
 * status 137 (SIGKILL). Returns the watchdog, which can be called off.
 */
export function watch(deadline: number): Watchdog {
  let thread: Worker | undefined;
  let isOver = false;
  const start = async (): Promise<void> => {
    const { Worker } = await import('node:worker_threads');
    if (isOver || thread !== undefined) return;
    const line = 'hap-monitor: the deadline was reached while the process was blocked; it was killed\n';
    thread = new Worker(THREAD, {
      eval: true,
      workerData: { line, wait: deadline + GRACE - now(), busy: GRACE_WHEN_BUSY - GRACE },
    });
    // Where no thread can be had, for a limit or because the working directory is gone, timers have to do.
    thread.on('error', () => undefined).unref();
  };
  const clock = setTimeout(start, Math.max(0, Math.min(QUICK, deadline / 2) - now())).unref();
  return {
    start,
    callOff: () => {
      isOver = true;
      clearTimeout(clock);
      void thread?.terminate();
    },
  };
}
