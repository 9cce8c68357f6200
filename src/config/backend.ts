import { Failure } from '../errors.ts';
import type { NetworkBackend } from '../plan.ts';

/** What `--backend` says: a port only where one was given. */
export interface BackendAddress {
  readonly host: string;
  readonly port: number | undefined;
  readonly scope: string;
}

const ACCEPTED = 'host[:port][::scope], e.g. graphite.example.org:2003::haproxy or [::1]:2003';

/** Ports a carbon line receiver and a StatsD listen on by convention. */
const PORTS: Readonly<Record<NetworkBackend['type'], number>> = { graphite: 2003, statsd: 8125 };

/** Reads `host[:port][::scope]` as HAP-Monitor wrote it; an IPv6 address stands in brackets. */
export function parseBackend(text: string): BackendAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]/\s]+))(?::(\d+))?(?:::(.*))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (host === undefined || port === 0 || (port !== undefined && port > 65_535)) {
    throw new Failure('usage', '--backend', `expected ${ACCEPTED}, got ${JSON.stringify(text)}`);
  }
  return { host, port, scope: checkScope('--backend', match?.[4] ?? 'haproxy') };
}

/** Joins the address with `--type` and `--protocol` and what follows from them. */
export function chooseBackend(
  { host, port }: BackendAddress,
  type: NetworkBackend['type'] | undefined,
  protocol: NetworkBackend['protocol'] | undefined,
): NetworkBackend {
  if (type === undefined && port === PORTS.graphite) {
    throw new Failure(
      'usage',
      '--type',
      'port 2003 is usually Graphite, and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
    );
  }
  const chosen = type ?? 'statsd';
  return {
    host,
    port: port ?? PORTS[chosen],
    type: chosen,
    protocol: protocol ?? (chosen === 'graphite' ? 'tcp' : 'udp'),
  };
}

/** The root of all paths may have levels, none of them empty. Throws a Failure that names `where`. */
export function checkScope(where: string, scope: string): string {
  if (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(scope)) return scope;
  const accepted = 'a scope of letters, digits, "_" and "-" with single dots between its levels';
  throw new Failure('usage', where, `expected ${accepted}, got ${JSON.stringify(scope)}`);
}
