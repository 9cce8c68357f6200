import type { Worker } from 'node:worker_threads';
import { now } from './clock.ts';

/** Milliseconds after the deadline when a process is killed whose main thread waits for something. */
const GRACE = 150;

/** The same for one that computes: it may be about to finish. */
const GRACE_WHEN_BUSY = 1500;

/** A run that lasts longer than this gets a watchdog: quick ones need none, and starting its thread costs as much as they do. */
const QUICK = 1000;

/** Runs in a thread of its own, so nothing that holds the main thread holds it. */
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

/**
 * Kills the process shortly after its deadline in milliseconds, whatever it waits for or computes. The exit status is then
 * that of SIGKILL, 137 to a shell. Gives the function that calls it off.
 */
export function watch(deadline: number): () => void {
  let thread: Worker | undefined;
  let isOver = false;
  const start = async (): Promise<void> => {
    const { Worker } = await import('node:worker_threads');
    if (isOver) return;
    const line = 'hap-monitor: the deadline was reached while the process was blocked; it was killed\n';
    thread = new Worker(THREAD, {
      eval: true,
      workerData: { line, wait: deadline + GRACE - now(), busy: GRACE_WHEN_BUSY - GRACE },
    });
    thread.unref();
  };
  const clock = setTimeout(start, Math.max(0, Math.min(QUICK, deadline / 2) - now())).unref();
  return () => {
    isOver = true;
    clearTimeout(clock);
    void thread?.terminate();
  };
}
