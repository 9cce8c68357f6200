import type { Endpoint, Endpoints, Snapshot } from '../types.ts';
import { remember } from './remember.ts';

/**
 * Makes the function that names a process. Process_num tells those of one HAProxy apart (it is always 1 since 2.5). Independent
 * HAProxies are told apart by their endpoints' names, and by all that were given: a path must not depend on
 * who answered.
 */
export function processNamer(
  endpoints: Endpoints,
  clean: (name: string) => string,
): (process: Snapshot) => string {
  return remember(process => nameProcess(process, endpoints, clean));
}

function nameProcess(
  { info, endpoint }: Snapshot,
  endpoints: Endpoints,
  clean: (name: string) => string,
): string {
  if (endpoints.single || (info.get('Nbproc')?.number ?? 1) > 1) {
    return clean(info.get('Process_num')?.text ?? '1');
  }
  const shortName = (one: Endpoint): string => clean(one.name);
  const fullName = (one: Endpoint): string => clean(one.label.replace(/^unix:\/+|\.[^./]*$/g, ''));
  if (findNamesakes(endpoint, endpoints, shortName).length === 1) return shortName(endpoint);
  // Paths that differ only in what is cleaned away are numbered in the order they were given in.
  const namesakes = findNamesakes(endpoint, endpoints, fullName);
  const number = namesakes.length === 1 ? '' : `_${namesakes.indexOf(endpoint) + 1}`;
  return `${fullName(endpoint)}${number}`;
}

function findNamesakes(
  endpoint: Endpoint,
  { list }: Endpoints,
  nameOf: (one: Endpoint) => string,
): readonly Endpoint[] {
  return list.filter(other => nameOf(other) === nameOf(endpoint));
}
