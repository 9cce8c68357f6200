import type { NetworkBackend } from '../plan.ts';

/** A backend as it stands in messages: `tcp://graphite:2003`, `udp://[::1]:8125`. */
export function showAddress({ protocol, host, port }: NetworkBackend): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
