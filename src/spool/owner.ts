import { lstatSync, readlinkSync } from 'node:fs';
import { pidNamespace, startTicks } from '../proc.ts';

// A batch's file name says which process owns it: a claim is one rename, which succeeds for one process alone, needs no
// other program (flock) and waits for nobody. PIDs are reused; pid, start time and namespace are unique until reboot.

/** Milliseconds to respect a claim from another PID namespace (a container), whose processes cannot be seen from here. */
const UNSEEN = 60 * 60 * 1000;

/**
 * Returns an id for this process that is unique on this machine until reboot: `pid-start-namespace`, start in clock ticks.
 * Throws an Error without Linux's /proc.
 */
export function identify(): string {
  const pid = readlinkSync('/proc/self');
  return `${pid}-${startTicks(pid)}-${pidNamespace()}`;
}

/** Whether the process with that id still runs; `file` is the one that it has claimed. */
export function isAlive(owner: string, file: string): boolean {
  const [pid = '', start, where] = owner.split('-');
  if (Number(where) !== pidNamespace()) {
    const claimed = lstatSync(file, { throwIfNoEntry: false })?.ctimeMs;
    // The clock may have been set back or on since.
    return claimed === undefined || Math.abs(Date.now() - claimed) < UNSEEN;
  }
  return startTicks(pid) === Number(start);
}
