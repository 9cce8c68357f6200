import { writeSync } from 'node:fs';
import { main } from './main.ts';

/** Milliseconds for the command's open handles to close. */
const LINGERING = 100;

/** Runs the command as a process: with its arguments, streams and signals; sets its exit code. */
export async function start(self: NodeJS.Process): Promise<void> {
  self.removeAllListeners('warning'); // Node would print its own at each run, and cron mail them
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
    self.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  const argv = self.argv.slice(2);
  self.env.UV_THREADPOOL_SIZE ??= String(countThreads(argv));
  // A run that ends without a result has delivered nothing (4), a check knows nothing (3).
  self.exitCode = argv[0] === 'check' ? 3 : 4;
  self.on('exit', sayUnfinished);
  self.exitCode = await main(argv, self, stop.signal);
  self.off('exit', sayUnfinished);
  setTimeout(() => endProcess(self), LINGERING).unref();
  setImmediate(endIdle, self, CLOSING);
}

/** Turns of the event loop: a socket of UDP closes at the end of the first. */
const CLOSING = 2;

/** Ends a process that waits for nothing: Node would do so, too, but frees its heap first, which takes a millisecond. */
function endIdle(self: NodeJS.Process, turns: number): void {
  if (self.getActiveResourcesInfo().length === 0) self.exit();
  else if (turns > 1) setImmediate(endIdle, self, turns - 1);
}

/** Node's own number of threads for calls of the file system. */
const FEW_THREADS = 4;

const MANY_THREADS = 16;

/** --config and --config-dir, by all their names. */
const NAMES_FILES = /^(-[fd]|--(config|file|dir))/;

/** A value, or a flag with its value. */
const HAS_VALUE = /^[^-]|=/;

/**
 * Returns the number of threads for calls of the file system: one that does not answer (NFS, FUSE) holds a thread for good.
 * A path needs one, and a value may be a path; a config file may name many. Starting 16 takes a millisecond.
 */
export function countThreads(argv: readonly string[]): number {
  if (argv.some(argument => NAMES_FILES.test(argument))) return MANY_THREADS;
  const values = argv.filter(argument => HAS_VALUE.test(argument)).length;
  return Math.min(Math.max(FEW_THREADS, values), MANY_THREADS);
}

function sayUnfinished(): void {
  writeSync(2, 'hap-monitor: internal error, please report it: it ended without a result\n');
}

/** Ends the process although something lingers. At exit Node waits for calls of the file system, even if no answer ever comes. */
function endProcess(self: NodeJS.Process & { execve?(file: string, args: readonly string[]): never }): void {
  const isStuck = self.getActiveResourcesInfo().some(resource => /^FSReq|ReqWrap$/.test(resource));
  if (!isStuck) self.exit();
  self.execve?.('/bin/sh', ['sh', '-c', `exit ${self.exitCode}`]); // Node 22.15 and later
  self.kill(self.pid, 'SIGKILL');
}
