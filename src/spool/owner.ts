import { lstatSync, readFileSync, readlinkSync } from 'node:fs';

// Whose a batch is stands in its file's name: a claim is one rename, which succeeds for one process alone, needs no
// other program (flock) and waits for nobody. A dead process is told from a living one by its pid and its start time
// in /proc, so neither a pid that was given out again nor SIGKILL can mislead.

/** How long a claim from another PID namespace (a container) is respected: its process cannot be seen from here. */
const UNSEEN = 60 * 60 * 1000;

/** This process, among all of this machine until it reboots: `pid-start-namespace`. Throws without Linux's /proc. */
export function identify(): string {
  const pid = readlinkSync('/proc/self');
  return `${pid}-${startTime(pid)}-${namespace()}`;
}

/** Whether the process that `identify` named still runs; `file` is what it claims. */
export function isAlive(owner: string, file: string): boolean {
  const [pid = '', start, where] = owner.split('-');
  if (where !== namespace()) {
    const claimed = lstatSync(file, { throwIfNoEntry: false })?.ctimeMs;
    return claimed === undefined || Date.now() - claimed < UNSEEN;
  }
  return startTime(pid) === start;
}

/** In clock ticks since boot; undefined for a process that has ended, reaped by its parent or not. proc_pid_stat(5) */
function startTime(pid: string): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // no such process
  }
  // The second field is the program's name in parentheses, which may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function namespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}
