/** Milliseconds since the process began, which no set clock moves. `performance.now()` would load a module for it at each start. */
export function now(): number {
  return process.uptime() * 1000;
}
