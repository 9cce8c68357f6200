import { readFileSync, readlinkSync } from 'node:fs';

// What Linux says of processes below /proc. A pid is given out again; with its start and its PID namespace it is one process
// among all of this machine until that reboots.

/** When a process was started, in clock ticks since boot; undefined for one that has ended, reaped by its parent or not. */
export function startTicks(pid: string | number): number | undefined {
  const start = readStat(pid)?.[19];
  return start === undefined ? undefined : Number(start);
}

/** Whether a program runs with the pid: neither a thread of the kernel (kthreadd, 2, is their parent) nor init. */
export function isUserProcess(pid: string): boolean {
  return /^\d{1,10}$/.test(pid) && Number(pid) > 2 && (readStat(pid)?.[1] ?? '2') !== '2';
}

/** The fields after a process' name: state, parent, ... proc_pid_stat(5) */
function readStat(pid: string | number): readonly string[] | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // no such process, or this is not Linux
  }
  // The name is in parentheses, and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields;
}

/** The inode of this process's PID namespace; the processes of another (a container) cannot be seen from here. */
export function pidNamespace(): number {
  return Number(readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''));
}
