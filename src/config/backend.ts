import { PROTOCOLS, TYPES } from '../backends.ts';
import { Failure } from '../errors.ts';
import type { NetworkBackend } from '../plan.ts';
import { expected } from './value.ts';

/** The parts of `--backend`; the port only if one was given. */
export interface BackendAddress {
  readonly host: string;
  readonly port: number | undefined;
  readonly scope: string;
}

const ACCEPTED = 'host[:port][::scope], e.g. graphite.example.org:2003::haproxy or [::1]:2003';

/** The root of paths unless `--backend` names one. */
export const DEFAULT_SCOPE = 'haproxy';

/** Reads `host[:port][::scope]` as HAP-Monitor wrote it; an IPv6 address stands in brackets. */
export function parseBackend(text: string): BackendAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]/\s]+))(?::(\d+))?(?:::(.*))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (host === undefined || port === 0 || (port !== undefined && port > 65_535)) {
    throw expected('--backend', ACCEPTED, text);
  }
  return {
    host: parseHost('--backend', host),
    port,
    scope: checkScope('--backend', match?.[4] ?? DEFAULT_SCOPE),
  };
}

/** Makes a backend of an address, `--type` and `--protocol`, with the defaults of the type. */
export function chooseBackend(
  { host, port }: Pick<BackendAddress, 'host' | 'port'>,
  type: NetworkBackend['type'] | undefined,
  protocol: NetworkBackend['protocol'] | undefined,
): NetworkBackend {
  if (type === undefined && port === TYPES.graphite.port) {
    throw new Failure(
      'usage',
      '--type',
      'port 2003 is usually Graphite, and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
    );
  }
  const chosen = type ?? 'statsd';
  const facts = TYPES[chosen];
  return {
    host,
    port: port ?? facts.port,
    type: chosen,
    protocol: checkProtocol('--protocol', chosen, protocol ?? facts.protocol),
  };
}

/** The protocol, if this type of backend speaks it. Throws a Failure that names `where`. */
export function checkProtocol(
  where: string,
  type: NetworkBackend['type'],
  protocol: NetworkBackend['protocol'],
): NetworkBackend['protocol'] {
  const { types }: { readonly types: readonly NetworkBackend['type'][] } = PROTOCOLS[protocol];
  if (types.includes(type)) return protocol;
  const [other = type] = types;
  const name = `${other} (--type ${TYPES[other].letter})`;
  throw new Failure('usage', where, `${protocol} is for ${name}, and the backend is ${type}`);
}

/** A host name or an address, the latter in brackets or not. */
export function parseHost(where: string, text: string): string {
  const [, bracketed] = /^\[(.*)\]$/.exec(text) ?? [];
  const isName = /^[^\s:/;,#@[\]"'\\]+$/.test(text);
  if (isName || IPV6.test(bracketed ?? text)) return bracketed ?? text;
  throw expected(where, 'a host name or an address alone', text);
}

/** The shape of an IPv6 address, with a zone id; only the system can say whether it is valid. */
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i;

/** Checks the root of all paths: it may have levels, none of them empty. Throws a Failure that names `where`. */
export function checkScope(where: string, scope: string): string {
  if (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(scope)) return scope;
  throw expected(where, 'a scope of letters, digits, "_" and "-" with single dots between its levels', scope);
}
