import { type BigIntStats, type Dirent, readdir } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { FSOption } from 'glob';
import { now } from '../clock.ts';
import { nameSocket } from '../endpoint-name.ts';
import { asFailure, Failure, hasTooManyFiles, reason } from '../errors.ts';
import type { Endpoint, EndpointSpec, Endpoints, SocketEndpoint } from '../types.ts';
import type { Round } from './round.ts';
import { statPath } from './stat-path.ts';
import { withinTime } from './within-time.ts';

const WILDCARD = /[*?[{]/;

/** Most directories that a glob may lead through: many more than the HAProxies of a host. */
const MOST_DIRECTORIES = 5000;

/** Whether the time for looking is over; a timer would not fire while the process is blocked. */
type IsOver = () => boolean;

/**
 * Lists the sockets that a path, a glob or a directory stands for. No socket at all is a Failure, not an empty list: most
 * likely HAProxy is down. Takes at most `limit` milliseconds, and ends when the round is stopped.
 */
export async function findEndpoints(
  spec: EndpointSpec,
  limit: number,
  { stop, stopped }: Round,
): Promise<Endpoints> {
  const end = now() + limit / 2; // calls that are under way need the rest
  const isOver = (): boolean => stop.aborted || now() > end;
  try {
    return await withinTime(findSpec(spec, isOver), limit, stopped);
  } catch (error) {
    throw asFailure(error, 'read', spec.kind === 'path' ? spec.path : spec.label);
  }
}

async function findSpec(spec: EndpointSpec, isOver: IsOver): Promise<Endpoints> {
  switch (spec.kind) {
    case 'page':
      return single(spec);
    case 'socket':
      // Connecting would follow the path, too, and nothing could end it.
      if ('path' in spec.address) await look(spec.address.path);
      return single(spec);
    case 'path':
      return await findPath(spec.path, isOver);
  }
}

async function findPath(path: string, isOver: IsOver): Promise<Endpoints> {
  const file = await look(path);
  if (file?.isDirectory()) return { list: await findInDirectory(path, isOver), single: false };
  if (file === undefined && WILDCARD.test(path)) {
    return { list: await findMatches(path, isOver), single: false };
  }
  return single(socketAt(path, basename(path)));
}

/** Looks at a path; undefined if nothing is there or this user may not look: reading it will say so. */
async function look(path: string): Promise<BigIntStats | undefined> {
  return await statPath(path).catch(() => undefined);
}

function single(endpoint: Endpoint): Endpoints {
  return { list: [endpoint], single: true };
}

async function findInDirectory(directory: string, isOver: IsOver): Promise<readonly Endpoint[]> {
  const entries = await promisify(readdir)(directory, { withFileTypes: true }).catch(error => {
    throw new Failure('read', directory, `the directory cannot be read: ${reason(error)}`, error);
  });
  const paths = entries.filter(mayBeSocket).map((entry): Found => [join(directory, entry.name), entry]);
  const sockets = await keepSockets(paths, isOver);
  if (sockets.length > 0) return sockets.map(path => socketAt(path, basename(path)));
  throw new Failure('read', directory, 'no socket in this directory: is HAProxy running?');
}

async function findMatches(pattern: string, isOver: IsOver): Promise<readonly Endpoint[]> {
  const { glob } = await import('glob');
  let directories = 0;
  // glob looks at its signal between waves of directories, each of which may hold the process for seconds.
  const childrenIgnored = (): boolean => ++directories > MOST_DIRECTORIES || isOver();
  let unread: Error | undefined;
  // glob passes over a directory that it cannot read.
  const fs: FSOption = {
    readdir: (path, options, done) =>
      readdir(path, options, (error, entries) => {
        if (error !== null && hasTooManyFiles(error)) unread = error;
        done(error, entries);
      }),
  };
  const matches = await glob(pattern, {
    withFileTypes: true,
    ignore: { ignored: () => false, childrenIgnored },
    fs,
  });
  if (unread !== undefined) throw unread;
  if (directories > MOST_DIRECTORIES) {
    const what = `more than ${MOST_DIRECTORIES} directories to look through: name the directories, or less of them`;
    throw new Failure('read', pattern, what);
  }
  const paths = matches.filter(mayBeSocket).map((match): Found => [match.fullpath(), match]);
  const sockets = await keepSockets(paths, isOver);
  if (sockets.length === 0)
    throw new Failure(
      'read',
      pattern,
      'no socket matches: is HAProxy running, and may this user read the directory?',
    );
  // Names begin at the first level that varies, so that /run/haproxy-*/stats.sock tells its matches apart.
  const fixed = pattern.split('/').findIndex(level => WILDCARD.test(level));
  const base = pattern.split('/').slice(0, fixed).join('/') || (pattern.startsWith('/') ? '/' : '.');
  return sockets.map(path => socketAt(path, relative(base, path)));
}

/** HAProxy binds a new socket beside the old one during a reload: `admin.sock.1234.tmp`, `.bak`. */
const RELOADING = /\.\d+\.(tmp|bak)$/;

type DirectoryEntry = Pick<Dirent, 'isSocket' | 'isFile' | 'isDirectory'>;
type Found = readonly [path: string, entry: DirectoryEntry];

/** Whether an entry is a socket, a link, or of a type that the file system does not tell. */
function mayBeSocket(entry: DirectoryEntry): boolean {
  return !entry.isFile() && !entry.isDirectory();
}

/** Keeps the paths of sockets and of links to sockets, sorted. */
async function keepSockets(paths: readonly Found[], isOver: IsOver): Promise<readonly string[]> {
  const sockets: string[] = [];
  for (const [path, entry] of paths) {
    if (isOver()) break; // the caller has been told
    if (RELOADING.test(path)) continue;
    if (entry.isSocket() || (await leadsToSocket(path))) sockets.push(path);
  }
  return sockets.sort();
}

/** Whether a path, perhaps a link, leads to a socket. */
async function leadsToSocket(path: string): Promise<boolean> {
  return await statPath(path).then(
    file => file?.isSocket() ?? false,
    () => true,
  );
}

/**
 * Makes a socket's endpoint; `part` is the part of the path that becomes its name. The name depends on nothing but the path: it
 * must not change when other sockets come or go.
 */
function socketAt(path: string, part: string): SocketEndpoint {
  return { kind: 'socket', label: `unix:${path}`, name: nameSocket(part), address: { path } };
}
