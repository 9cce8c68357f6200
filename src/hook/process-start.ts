import { readFileSync } from 'node:fs';

/** The clock ticks of /proc/PID/stat in a second, USER_HZ: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** When a process of this machine was started, in seconds since the epoch; undefined when there is none. proc_pid_stat(5) */
export function startOfProcess(pid: string): number | undefined {
  if (!/^\d+$/.test(pid)) return undefined;
  try {
    const [uptime = ''] = readFileSync('/proc/uptime', 'latin1').split(' ');
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name, in parentheses, may hold blanks and parentheses itself; the state, field 3, follows it.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return Date.now() / 1000 - Number(uptime) + Number(fields[22 - 3]) / TICKS;
  } catch {
    return undefined; // the process has ended, or this is not Linux
  }
}
