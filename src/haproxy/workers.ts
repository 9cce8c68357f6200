/** A worker of a master. */
export interface Worker {
  readonly pid: string;
  /** Seconds. */
  readonly age: number;
  /** The number among the workers of `nbproc`, before HAProxy 2.5; ''. */
  readonly number: string;
}

/** The workers that serve, and those that a reload has left behind. */
export interface Workers {
  readonly current: readonly Worker[];
  readonly old: readonly Worker[];
}

/** The beginning of every answer to `show proc`. */
export const WORKERS_BEGINNING = '#<PID>';

/** `0d00h01m05s`; HAProxy 1.9 writes a blank after the days. */
const UPTIME = /\b(\d+)d ?(\d+)h(\d+)m(\d+)s\b/;

/**
 * Parses an answer to `show proc`, HAProxy 1.9 to 3.5: a header, the master, and sections of lines that begin with pid and
 * type. Throws an Error if it is not whole.
 */
export function parseWorkers(bytes: Buffer): Workers {
  const text = bytes.toString('latin1');
  if (!text.endsWith('\n\n'))
    throw new Error(`the answer to show proc was cut short after ${bytes.length} bytes`);
  const [header = '', ...lines] = text.split('\n');
  const hasNumbers = header.includes('<relative PID>');
  const sections = new Map<string, Worker[]>();
  let section: Worker[] = [];
  for (const line of lines) {
    if (line.startsWith('#')) {
      section = [];
      sections.set(line.slice(1).trim(), section);
    }
    const [pid = '', type, number = ''] = line.split(/\s+/);
    const uptime = UPTIME.exec(line);
    if (type !== 'worker' || uptime === null) continue;
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = uptime.slice(1).map(Number);
    const age = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    section.push({ pid, age, number: hasNumbers ? number : '' });
  }
  return { current: sections.get('workers') ?? [], old: sections.get('old workers') ?? [] };
}
