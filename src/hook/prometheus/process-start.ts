import { uptime } from 'node:os';
import { startTicks } from '../../proc.ts';

/** Clock ticks in a second, USER_HZ: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Returns when a process of this machine was started, in seconds since the epoch; undefined if there is no such process. */
export function startOfProcess(pid: string): number | undefined {
  const ticks = /^\d{1,10}$/.test(pid) ? startTicks(pid) : undefined;
  return ticks === undefined ? undefined : Date.now() / 1000 - uptime() + ticks / TICKS;
}
