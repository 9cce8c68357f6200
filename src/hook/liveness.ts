import { readFileSync, readlinkSync } from 'node:fs';

/** A process among all of this machine until it reboots: its start is in clock ticks since boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: number;
  /** The inode of its PID namespace. */
  readonly namespace: number;
}

/** Whether a process still runs. One of another PID namespace (a container) cannot be seen from here and counts as alive. */
export function isAlive({ pid, start, namespace }: ProcessIdentity): boolean {
  if (readlinkSync('/proc/self/ns/pid') !== `pid:[${namespace}]`) return true;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return false; // no such process
  }
  // The second field is the program's name in parentheses, which may hold blanks and parentheses itself. proc_pid_stat(5)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] !== 'Z' && fields[0] !== 'X' && fields[19] === String(start);
}
