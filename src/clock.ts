/**
 * Returns the milliseconds since this process began; setting the clock does not move it. `performance.now()` would load a
 * module at each start.
 */
export function now(): number {
  return process.uptime() * 1000;
}
