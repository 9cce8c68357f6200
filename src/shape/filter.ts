import { type Filter, KINDS, type Kind } from '../plan.ts';
import type { RowType } from '../types.ts';
import { columnFinder } from './column.ts';
import { globTest } from './glob.ts';
import type { RowTable } from './row-table.ts';
import { stateOf } from './status.ts';

/** Whether numbers of a row are sent. */
export type KeepsRow = (row: number) => boolean;

/** Whether numbers of this kind are sent. */
export function keepsKind({ kinds }: Filter, kind: Kind): boolean {
  return kinds?.has(kind) ?? (kind !== 'resolvers' && kind !== 'tables');
}

/** Returns the same filter without a kind. */
export function withoutKind(filter: Filter, kind: Kind): Filter {
  const kinds = new Set(KINDS.filter(other => other !== kind && keepsKind(filter, other)));
  return { ...filter, kinds };
}

/** Returns a test for whether a row of an answer is sent; undefined if all are. */
export function rowFilter(filter: Filter, table: RowTable): KeepsRow | undefined {
  const { include, exclude, kinds, excludeStates } = filter;
  if (include.length + exclude.length + excludeStates.size === 0 && kinds === undefined) return undefined;
  const [isIncluded, isExcluded] = [nameTest(include), nameTest(exclude)];
  const { stat } = table;
  const status = columnFinder(stat)('status');
  return row => {
    const kind = table.kinds[row] ?? 'server';
    if (!keepsKind(filter, kind)) return false;
    const name = `${table.proxy(row)}/${table.service(row)}`;
    if ((include.length > 0 && !isIncluded(name)) || isExcluded(name)) return false;
    const state = excludeStates.size > 0 && kind === 'server' ? stateOf(stat.text(row, status)) : undefined;
    return state === undefined || !excludeStates.has(state);
  };
}

/** Makes the test whether a name matches; a glob without a slash is for a proxy. */
function nameTest(globs: readonly string[]): (name: string) => boolean {
  return globTest(globs.map(glob => (glob.includes('/') ? glob : `${glob}/*`)));
}

/** Whether a proxy's rows of a kind are left out. */
export type HidesProxy = (kind: RowType, proxy: string) => boolean;

/**
 * Returns a test for whether haproxystats' lists leave out a proxy's frontend, or its backend with the servers; undefined if
 * there are no such lists.
 */
export function exclusionTest(
  { excludeFrontends, excludeBackends }: Filter,
  clean: (name: string) => string,
): HidesProxy | undefined {
  if (excludeFrontends.size + excludeBackends.size === 0) return undefined;
  const cleaned = (names: ReadonlySet<string>) => new Set([...names].map(clean));
  const [frontends, backends] = [cleaned(excludeFrontends), cleaned(excludeBackends)];
  return (kind, proxy) => {
    const hidden = kind === 'frontend' || kind === 'listener' ? frontends : backends;
    return hidden.has(clean(proxy));
  };
}
