import { nameSocket } from '../endpoint-name.ts';
import { remember } from '../remember.ts';
import type { Endpoint, Snapshot } from '../types.ts';
import type { Naming } from './layout.ts';

/**
 * Makes the function that names a process. A name is decided by the endpoints that were given and by the process's own
 * numbers, never by who else answered, so that no process ever gets the path of another.
 *
 * Process_num (always 1 since HAProxy 2.5) is the name of a single endpoint, and of the processes of one HAProxy: those whose
 * endpoints' names end with it, `haproxy-2.sock`, if no other endpoint's name ends with that number. Two HAProxies of several
 * processes each could not be told apart by it, so then all are named by their endpoints.
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

/** Whether processes say the same number but are named by their endpoints, because several HAProxies have several processes. */
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
 * Makes the function that names an endpoint: by its own name, by all of its path where two names are alike, and with a digest of
 * the path where even these differ only in characters that paths cannot have.
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
  const full = ({ label }: Endpoint): string => clean(nameSocket(label.replace(/^unix:\/+/, '')));
  const hasShort = isAlone(short);
  const readable = (endpoint: Endpoint): string => (hasShort(endpoint) ? short(endpoint) : full(endpoint));
  const isReadable = isAlone(readable);
  return endpoint =>
    isReadable(endpoint) ? readable(endpoint) : `${full(endpoint)}_${digest(endpoint.label)}`;
}

/** Eight hexadecimal digits that depend on the text alone (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
