import type { NetworkBackend } from '../plan.ts';

/** Formats a backend's address for messages: `tcp://graphite:2003`, `udp://[::1]:8125`. */
export function showAddress({ protocol, host, port }: NetworkBackend): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
