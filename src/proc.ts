import { readFileSync, readlinkSync } from 'node:fs';

// What Linux says of processes below /proc. A pid is given out again; with its start and its PID namespace it is one process
// among all of this machine until that reboots.

/** When a process was started, in clock ticks since boot; undefined for one that has ended, reaped by its parent or not. */
export function startTicks(pid: string | number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // no such process, or this is not Linux
  }
  // The second field is the program's name in parentheses, which may hold blanks and parentheses itself. proc_pid_stat(5)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

/** The inode of this process's PID namespace; the processes of another (a container) cannot be seen from here. */
export function pidNamespace(): number {
  return Number(readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''));
}
