import { type BigIntStats, readdirSync } from 'node:fs';
import { basename, join, parse, relative } from 'node:path';
import { asFailure, Failure, reason } from '../errors.ts';
import type { Endpoint, EndpointSpec, Endpoints, SocketEndpoint } from '../types.ts';
import { statPath } from './path.ts';

const WILDCARD = /[*?[{]/;

/** What the file system made of the `--sockets` values, and those that stand for nothing. */
export interface Found extends Endpoints {
  readonly failures: readonly Failure[];
}

/**
 * Turns paths, globs and directories into the sockets they stand for, each once.
 * A set without a single socket is a failure to read, not an empty success: most likely HAProxy is down.
 */
export async function findEndpoints(specs: readonly EndpointSpec[]): Promise<Found> {
  const results = await Promise.allSettled(specs.map(findSpec));
  const found = results.flatMap(result => (result.status === 'fulfilled' ? result.value.list : []));
  return {
    list: [...new Map(found.map(endpoint => [endpoint.label, endpoint])).values()],
    single:
      results.length === 1 && results.every(result => result.status === 'fulfilled' && result.value.single),
    failures: results.flatMap((result, index) => {
      if (result.status === 'fulfilled') return [];
      const spec = specs[index];
      return [asFailure(result.reason, 'read', spec?.kind === 'path' ? spec.path : '--sockets')];
    }),
  };
}

async function findSpec(spec: EndpointSpec): Promise<Endpoints> {
  if (spec.kind !== 'path') return { list: [spec], single: true };
  const { path } = spec;
  const file = look(path);
  if (file?.isDirectory()) return { list: findInDirectory(path), single: false };
  if (file === undefined && WILDCARD.test(path)) return { list: await findMatches(path), single: false };
  return { list: [socketAt(path, basename(path))], single: true };
}

/** Undefined for what is not there or may not be looked at. */
function look(path: string): BigIntStats | undefined {
  try {
    return statPath(path);
  } catch {
    return undefined;
  }
}

function findInDirectory(directory: string): readonly Endpoint[] {
  try {
    const names = readdirSync(directory).sort();
    const sockets = keepSockets(names.map(name => join(directory, name)));
    if (sockets.length > 0) return sockets.map(path => socketAt(path, basename(path)));
  } catch (error) {
    throw new Failure('read', directory, `the directory cannot be read: ${reason(error)}`, error);
  }
  throw new Failure('read', directory, 'no socket in this directory: is HAProxy running?');
}

async function findMatches(pattern: string): Promise<readonly Endpoint[]> {
  const { glob } = await import('glob');
  const matches = await glob(pattern, { absolute: true });
  const sockets = keepSockets(matches.sort());
  if (sockets.length === 0)
    throw new Failure(
      'read',
      pattern,
      'no socket matches: is HAProxy running, and may this user read the directory?',
    );
  // From the first level that varies on, so that /run/haproxy-*/stats.sock tells its matches apart.
  const fixed = pattern.split('/').findIndex(level => WILDCARD.test(level));
  const base = pattern.split('/').slice(0, fixed).join('/') || (pattern.startsWith('/') ? '/' : '.');
  return sockets.map(path => socketAt(path, relative(base, path)));
}

/** HAProxy binds a new socket beside the old one during a reload: `admin.sock.1234.tmp`, `.bak`. */
const RELOADING = /\.\d+\.(tmp|bak)$/;

function keepSockets(paths: readonly string[]): readonly string[] {
  return paths.filter(path => isSocket(path) && !RELOADING.test(path));
}

/** What may not be looked at is taken for a socket: reading it will say why not. */
function isSocket(path: string): boolean {
  try {
    return statPath(path)?.isSocket() ?? false;
  } catch {
    return true;
  }
}

/** `name` is the part of the path that is to tell the socket apart; it loses its extension. */
function socketAt(path: string, name: string): SocketEndpoint {
  const { dir, name: stem } = parse(name);
  return { kind: 'socket', label: `unix:${path}`, name: join(dir, stem), address: { path } };
}
