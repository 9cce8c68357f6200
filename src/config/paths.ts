import { access, constants, lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode, expectFailure, Failure, reason } from '../errors.ts';
import type { Plan } from '../plan.ts';
import { type DirectoryUse, holdDirectory } from '../private-directory.ts';
import type { Config } from './config.ts';

/** The findings of looking at the paths of a plan. */
export interface PathReport {
  /** Faults that make a run fail. */
  readonly faults: readonly Failure[];
  /** Oddities, one line each: a run works, but may not do what was meant. */
  readonly notes: readonly string[];
}

const WILDCARD = /[*?[{]/;

/**
 * Checks whether this user may use the plan's sockets, hook snapshots, local store and spool, by their permissions alone:
 * connects to nothing, creates nothing, expands no wildcards.
 */
export async function lookAtPaths(
  config: Config,
  { endpoints, hooks, destinations, spool }: Plan,
): Promise<PathReport> {
  const sockets = endpoints.flatMap(spec => (spec.kind === 'path' ? [spec.path] : []));
  const snapshots = hooks.flatMap(source => (source.kind === 'file' ? [source.path] : []));
  const stores = destinations.flatMap(({ backend }) =>
    backend.protocol === 'file' ? [backend.directory] : [],
  );
  const reports = await Promise.all([
    ...sockets.map(async path => {
      const key = path === config.get('pull.socket-dir') ? 'pull.socket-dir' : 'pull.servers';
      return await lookAtSocket(config.where(key), path);
    }),
    ...snapshots.map(path => lookAtSnapshot(config.where('hooks.sources'), path)),
    ...stores.map(path => lookAtPrivate(config.where('local-store.dir'), path, 'store')),
    ...(spool === undefined ? [] : [lookAtPrivate(config.where('paths.spool'), spool, 'spool')]),
  ]);
  return {
    faults: reports.flatMap(({ faults }) => faults),
    notes: [...reports.flatMap(({ notes }) => notes), ...findRepeated(sockets)],
  };
}

const FINE: PathReport = { faults: [], notes: [] };

const fault = (where: string, what: string): PathReport => ({
  ...FINE,
  faults: [new Failure('usage', where, what)],
});
const note = (what: string): PathReport => ({ ...FINE, notes: [what] });

async function lookAtSocket(where: string, path: string): Promise<PathReport> {
  const stats = await attempt(stat(path));
  if (typeof stats === 'string') {
    if (WILDCARD.test(path)) return FINE;
    return note(`${where}: ${path}: ${stats} now; HAProxy makes it`);
  }
  if (stats.isDirectory()) return await mayBeUsed(where, path, constants.R_OK | constants.X_OK, 'read');
  if (!stats.isSocket()) return fault(where, `${path}: is neither a socket nor a directory`);
  return await mayBeUsed(where, path, constants.R_OK | constants.W_OK, 'read and write');
}

async function lookAtSnapshot(where: string, path: string): Promise<PathReport> {
  const stats = await attempt(stat(path));
  if (typeof stats === 'string') return note(`${where}: ${path}: ${stats} now`);
  return await mayBeUsed(
    where,
    path,
    stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK,
    'read',
  );
}

/** Looks at the spool or the local store, which a run makes if only the last level is missing. */
async function lookAtPrivate(where: string, path: string, name: DirectoryUse['name']): Promise<PathReport> {
  const stats = await attempt(lstat(resolve(path)));
  if (typeof stats === 'string') {
    const refusal = await attempt(access(`${dirname(path)}/`, constants.W_OK | constants.X_OK));
    const remedy = `make it: install -d -m 700 ${path}`;
    return typeof refusal === 'string'
      ? fault(where, `the ${name} directory cannot be made: ${dirname(path)}: ${refusal}; ${remedy}`)
      : FINE;
  }
  try {
    holdDirectory(path, path, { name, code: 'spool' });
    return FINE;
  } catch (error) {
    return fault(where, expectFailure(error).what);
  }
}

async function mayBeUsed(where: string, path: string, mode: number, how: string): Promise<PathReport> {
  const refusal = await attempt(access(path, mode));
  return typeof refusal === 'string' ? fault(where, `${path}: this user cannot ${how} it: ${refusal}`) : FINE;
}

/** Returns the result of a system call, or the error in words. */
async function attempt<T>(looking: Promise<T>): Promise<T | string> {
  try {
    return await looking;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'it is not there' : reason(error);
  }
}

function findRepeated(paths: readonly string[]): readonly string[] {
  const repeated = paths.filter((path, index) => paths.indexOf(path) < index);
  return Array.from(new Set(repeated), path => `${path}: is named twice and read once`);
}
