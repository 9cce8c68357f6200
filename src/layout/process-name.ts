import type { Endpoints, Snapshot } from '../types.ts';

/**
 * Names a process. Process_num tells those of one HAProxy apart (it is always 1 since 2.5). Independent
 * HAProxies are told apart by their endpoints' names, and by all that were given: a path must not depend on
 * who answered.
 */
export function nameProcess(
  { info, endpoint }: Snapshot,
  endpoints: Endpoints,
  clean: (name: string) => string,
): string {
  if (endpoints.single || (info.get('Nbproc')?.number ?? 1) > 1) {
    return clean(info.get('Process_num')?.text ?? '1');
  }
  const name = clean(endpoint.name);
  const isShared = endpoints.list.some(other => other !== endpoint && clean(other.name) === name);
  return isShared ? clean(endpoint.label.replace(/^unix:\/+|\.[^./]*$/g, '')) : name;
}
