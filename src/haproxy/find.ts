import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { nameSocket } from '../endpoint-name.ts';
import { asFailure, Failure, reason, seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import type { Endpoint, EndpointSpec, Endpoints, SocketEndpoint } from '../types.ts';
import { orAbandon, statPath } from './path.ts';

const WILDCARD = /[*?[{]/;

/** What the file system made of the `--sockets` values, and those that stand for nothing. */
export interface Found extends Endpoints {
  readonly failures: readonly Failure[];
}

/**
 * Turns paths, globs and directories into the sockets they stand for, each once.
 * A set without a single socket is a failure to read, not an empty success: most likely HAProxy is down.
 * Each has the total time for itself, in which a file system that does not answer is left alone.
 */
export async function findEndpoints(
  specs: readonly EndpointSpec[],
  { total }: Pick<ReadLimits, 'total'>,
  stop: AbortSignal,
): Promise<Found> {
  const late = new AbortController();
  const clock = setTimeout(() => late.abort(new Error(`${LATE} ${seconds(total)} (pull-timeout)`)), total);
  const signal = AbortSignal.any([late.signal, stop]);
  const results = await Promise.allSettled(specs.map(spec => orAbandon(findSpec(spec, signal), signal)));
  clearTimeout(clock);
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

const LATE = 'there are too many files to look through, or the file system does not answer, within';

async function findSpec(spec: EndpointSpec, signal: AbortSignal): Promise<Endpoints> {
  if (spec.kind === 'socket' && 'path' in spec.address) return single(spec.address.path);
  if (spec.kind !== 'path') return { list: [spec], single: true };
  const { path } = spec;
  // What may not be looked at is taken for a socket: reading it will say why not.
  const file = await statPath(path).catch(() => undefined);
  if (file?.isDirectory()) return { list: await findInDirectory(path, signal), single: false };
  if (file === undefined && WILDCARD.test(path)) {
    return { list: await findMatches(path, signal), single: false };
  }
  return single(path);
}

function single(path: string): Endpoints {
  return { list: [socketAt(path, basename(path))], single: true };
}

async function findInDirectory(directory: string, signal: AbortSignal): Promise<readonly Endpoint[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(error => {
    throw new Failure('read', directory, `the directory cannot be read: ${reason(error)}`, error);
  });
  const sockets = await keepSockets(
    entries.map(entry => [join(directory, entry.name), entry]),
    signal,
  );
  if (sockets.length > 0) return sockets.map(path => socketAt(path, basename(path)));
  throw new Failure('read', directory, 'no socket in this directory: is HAProxy running?');
}

async function findMatches(pattern: string, signal: AbortSignal): Promise<readonly Endpoint[]> {
  const { glob } = await import('glob');
  const matches = await glob(pattern, { withFileTypes: true, signal });
  const sockets = await keepSockets(
    matches.map(match => [match.fullpath(), match]),
    signal,
  );
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

type Entry = Pick<Dirent, 'isSocket' | 'isFile' | 'isDirectory'>;

/** The paths of sockets and of links to them, sorted. */
async function keepSockets(
  paths: readonly (readonly [path: string, entry: Entry])[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const sockets: string[] = [];
  for (const [path, entry] of paths) {
    signal.throwIfAborted();
    if (RELOADING.test(path) || entry.isFile() || entry.isDirectory()) continue;
    if (entry.isSocket() || (await leadsToSocket(path))) sockets.push(path);
  }
  return sockets.sort();
}

/** A link; or what some file systems do not say. */
async function leadsToSocket(path: string): Promise<boolean> {
  return await statPath(path).then(
    file => file?.isSocket() ?? false,
    () => true,
  );
}

/**
 * `part` is the part of the path that is to tell the socket apart. A name is made of nothing but the path: it must not change
 * when other sockets come or go.
 */
function socketAt(path: string, part: string): SocketEndpoint {
  return { kind: 'socket', label: `unix:${path}`, name: nameSocket(part), address: { path } };
}
