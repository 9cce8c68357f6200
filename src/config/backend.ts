import { PROTOCOLS, TYPES } from '../backends.ts';
import { Failure } from '../errors.ts';
import type { NetworkBackend, Receiver, SocketBackend } from '../plan.ts';
import { expected } from './value.ts';

/** The address of a backend; the port only if one was given. */
type Address = { readonly host: string; readonly port: number | undefined } | Pick<SocketBackend, 'path'>;

/** The parts of `--backend`. */
export type BackendAddress = Address & { readonly scope: string };

const ACCEPTED =
  'host[:port][::scope] or unix:///path[::scope], e.g. graphite.example.org:2003::haproxy or [::1]:2003';

/** The root of paths unless `--backend` names one. */
export const DEFAULT_SCOPE = 'haproxy';

/**
 * Parses `host[:port][::scope]` as in HAP-Monitor (an IPv6 address in brackets) or `unix:///path[::scope]`. Throws a Failure.
 */
export function parseBackend(text: string): BackendAddress {
  if (isSocket(text)) {
    const [, socket = '', scope = DEFAULT_SCOPE] = /^(.*?)(?:::(.*))?$/s.exec(text) ?? [];
    return { path: parseSocketPath('--backend', socket), scope: checkScope('--backend', scope) };
  }
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

/**
 * Combines an address with `--type` and `--protocol`, and fills in the type's defaults. Throws a Failure for a protocol that
 * the type does not have.
 */
export function chooseBackend(
  address: Address,
  type: NetworkBackend['type'] | undefined,
  protocol: NetworkBackend['protocol'] | undefined,
): Receiver {
  if ('path' in address) {
    if (protocol !== undefined)
      throw new Failure('usage', '--protocol', `a unix socket takes datagrams, and not ${protocol}`);
    checkProtocol('--type', type ?? 'statsd', 'unix');
    return { type: 'statsd', protocol: 'unix', path: address.path };
  }
  const { host, port } = address;
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

/** Returns the protocol if this type of backend has it. Throws a Failure that names `where` otherwise. */
export function checkProtocol<P extends Receiver['protocol']>(
  where: string,
  type: Receiver['type'],
  protocol: P,
): P {
  const { types }: { readonly types: readonly Receiver['type'][] } = PROTOCOLS[protocol];
  if (types.includes(type)) return protocol;
  const [other = type] = types;
  const name = `${other} (--type ${TYPES[other].letter})`;
  throw new Failure('usage', where, `${protocol} is for ${name}, and the backend is ${type}`);
}

/** Whether a backend's address is a unix socket. */
export function isSocket(text: string): boolean {
  return text.startsWith('unix:');
}

/** Bytes that the address of a socket has room for, unix(7). */
const LONGEST_PATH = 107;

/** Returns the path in `unix:///path`. Throws a Failure that names `where` for any other text. */
export function parseSocketPath(where: string, text: string): string {
  const [, path = ''] = /^unix:\/\/(\/[^\0]+)$/s.exec(text) ?? [];
  if (path === '') throw expected(where, 'unix:///path', text);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
  throw expected(where, `a path of a socket, ${LONGEST_PATH} bytes at most`, text);
}

/**
 * Parses a host name or an IP address, IPv6 with or without brackets; returns it without. Throws a Failure that names
 * `where`.
 */
export function parseHost(where: string, text: string): string {
  const [, bracketed] = /^\[(.*)\]$/.exec(text) ?? [];
  const isName = /^[^\s:/;,#@[\]"'\\]+$/.test(text);
  if (isName || IPV6.test(bracketed ?? text)) return bracketed ?? text;
  throw expected(where, 'a host name or an address alone', text);
}

/** The shape of an IPv6 address, with a zone id; only the system can say whether it is valid. */
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i;

/**
 * Returns the root of all paths if it is valid: one or more levels, none empty. Throws a Failure that names `where`
 * otherwise.
 */
export function checkScope(where: string, scope: string): string {
  if (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(scope)) return scope;
  throw expected(where, 'a scope of letters, digits, "_" and "-" with single dots between its levels', scope);
}
