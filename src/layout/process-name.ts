import { hashText } from '../digest.ts';
import { nameSocket } from '../endpoint-name.ts';
import { remember } from '../remember.ts';
import type { Endpoint, Snapshot } from '../types.ts';
import type { Naming } from './layout.ts';

/**
 * Returns a function that names a process. Its name depends on the given endpoints and on its own numbers, never on which
 * others answered, so that no process ever gets the path of another. A single endpoint is named by Process_num (always 1
 * since HAProxy 2.5). So are the processes of one HAProxy whose endpoints' names end with it, `haproxy-2.sock`, if each ends
 * with another number. All others are named by their endpoints, since Process_num does not tell two HAProxies of several
 * processes apart.
 */
export function processNamer(
  naming: Pick<Naming, 'endpoints' | 'processName'>,
  clean: (name: string) => string,
): (process: Snapshot) => string {
  const nameOf = endpointNamer(naming.endpoints.list, clean);
  const byNumber = numberTest(naming, nameOf);
  return remember(one =>
    byNumber(one) ? clean(one.info.get('Process_num')?.text ?? '1') : nameOf(one.endpoint),
  );
}

/**
 * Whether several HAProxies have several processes each, so that their processes share a Process_num and need the names of
 * their endpoints.
 */
export function sharesNumbers(
  processes: readonly Snapshot[],
  naming: Pick<Naming, 'endpoints' | 'processName'>,
): boolean {
  if (naming.processName === 'endpoint' || naming.endpoints.single) return false;
  const numbers = processes.filter(isOneOfSeveral).map(({ info }) => info.get('Process_num')?.text);
  return new Set(numbers).size < numbers.length;
}

function numberTest(
  { endpoints: { list, single }, processName }: Pick<Naming, 'endpoints' | 'processName'>,
  nameOf: (endpoint: Endpoint) => string,
): (process: Snapshot) => boolean {
  if (processName !== undefined) return () => processName === 'number';
  if (single) return () => true;
  const numbers = list.flatMap(endpoint => lastNumber(nameOf(endpoint)) ?? []);
  if (new Set(numbers).size < numbers.length) return () => false;
  return one => isOneOfSeveral(one) && one.info.get('Process_num')?.text === lastNumber(nameOf(one.endpoint));
}

function isOneOfSeveral({ info }: Snapshot): boolean {
  return (info.get('Nbproc')?.number ?? 1) > 1;
}

function lastNumber(name: string): string | undefined {
  return /(\d+)\D*$/.exec(name)?.[1];
}

/**
 * Returns a function that names an endpoint: by its own name; by its whole path if two names are equal; with a digest of the path if
 * two paths differ only in characters that metric paths cannot have.
 */
function endpointNamer(
  list: readonly Endpoint[],
  clean: (name: string) => string,
): (endpoint: Endpoint) => string {
  const isAlone = (nameOf: (endpoint: Endpoint) => string): ((endpoint: Endpoint) => boolean) => {
    const counts = new Map<string, number>();
    for (const one of list) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
    return endpoint => counts.get(nameOf(endpoint)) === 1;
  };
  const short = ({ name }: Endpoint): string => clean(name);
  const full = ({ label }: Endpoint): string => clean(nameSocket(label.replace(/^unix:(?:\.?\/+)*/, '')));
  const hasShort = isAlone(short);
  const readable = (endpoint: Endpoint): string => (hasShort(endpoint) ? short(endpoint) : full(endpoint));
  const isReadable = isAlone(readable);
  return endpoint =>
    isReadable(endpoint) ? readable(endpoint) : `${full(endpoint)}_${hashText(endpoint.label)}`;
}
