import { readFileSync, readlinkSync } from 'node:fs';
import { hasTooManyFiles } from './errors.ts';

// Linux's /proc. PIDs are reused; pid + start time + PID namespace is unique until reboot.

/**
 * Returns when a process was started, in clock ticks since boot; undefined once it has ended, even as a zombie. Throws the
 * system's error where too many files are open.
 */
export function startTicks(pid: string | number): number | undefined {
  const start = readStat(pid)?.[19];
  return start === undefined ? undefined : Number(start);
}

/** Whether the pid is that of a running program, and not of a kernel thread (a child of kthreadd, 2) or init. */
export function isUserProcess(pid: string): boolean {
  return /^\d{1,10}$/.test(pid) && Number(pid) > 2 && (readStat(pid)?.[1] ?? '2') !== '2';
}

/** The fields behind a process's name: state, parent, ... proc_pid_stat(5). */
function readStat(pid: string | number): readonly string[] | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (hasTooManyFiles(error)) throw error; // a process that runs must not count as ended
    return undefined; // no such process, or this is not Linux
  }
  // The name is in parentheses, and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields;
}

/** Returns the inode of this process's PID namespace; processes of another one (a container) cannot be seen from here. */
export function pidNamespace(): number {
  return Number(readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''));
}
