import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { errorCode, hasTooManyFiles, reason } from './errors.ts';

/**
 * Looks up the addresses of a host name: at least one, in the order in which to try them. The host's resolver options limit
 * the time, and so does `signal`. `hosts` replaces the text of /etc/hosts. Throws an Error in words.
 */
export async function resolve(host: string, signal: AbortSignal, hosts?: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const own = findInHosts(host.toLowerCase(), hosts ?? readHosts());
  const addresses = own.length > 0 ? own : await askResolver(host, signal);
  if (addresses.length === 0) throw new Error('the name is unknown, or no name server answered');
  return addresses;
}

/** Returns `resolve` in the form that Node's own clients take. */
export function lookUp(signal: AbortSignal): LookupFunction {
  return (host, options, callback) => {
    const give = (addresses: readonly string[]): void => giveAddresses(addresses)(host, options, callback);
    resolve(host, signal).then(give, error => callback(error, []));
  };
}

/** Returns known addresses in the form that Node's own clients take as a look-up. */
export function giveAddresses(addresses: readonly string[]): LookupFunction {
  const [first = ''] = addresses;
  return (_host, { all }, callback) => {
    if (all)
      callback(
        null,
        addresses.map(address => ({ address, family: isIP(address) })),
      );
    else callback(null, first, isIP(first));
  };
}

/** Reading a file costs 0.1 ms, a resolver process 10 ms, and most runs name `localhost`. */
function readHosts(): string {
  try {
    const [, first] = /^hosts:\s*(\S+)/m.exec(readIfThere('/etc/nsswitch.conf')) ?? [];
    return first === undefined || first === 'files' ? readIfThere('/etc/hosts') : '';
  } catch {
    return ''; // the resolver says what is wrong
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

// hosts(5): an address, then its names; # begins a comment.
function findInHosts(host: string, hosts: string): readonly string[] {
  const addresses = hosts.split('\n').flatMap(line => {
    const [address = '', ...names] = line.replace(/#.*/, '').toLowerCase().trim().split(/\s+/);
    return names.includes(host) && isIP(address) !== 0 ? [address] : [];
  });
  return [...new Set(addresses)];
}

/** Exit code of getent for a name without an address, getent(1). */
const NOT_FOUND = 2;

/**
 * Asks the system's resolver in a process that can be killed. A look-up in this process would hold a thread that nothing can
 * end; with silent name servers the process would wait for it long after the deadline.
 */
async function askResolver(host: string, signal: AbortSignal): Promise<readonly string[]> {
  const { execFile } = await import('node:child_process');
  await takeTurn();
  const answer = await new Promise<readonly string[] | Error>((settle, reject) => {
    execFile('getent', ['ahosts', host], { signal, killSignal: 'SIGKILL' }, (error, stdout) => {
      if (signal.aborted) reject(stopped(signal));
      else if (error === null || error.code === NOT_FOUND) settle(parseAddresses(stdout));
      else settle(error);
    });
  });
  return answer instanceof Error ? await askInThread(host, signal, answer) : answer;
}

let lastTurn: Promise<void> = Promise.resolve();

/** Starting a process holds this one for milliseconds: between two, whatever else is under way goes on. */
function takeTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise(resolve => setImmediate(resolve)));
  return lastTurn;
}

/** getent prints a line for each address and type of socket; the address comes first. */
function parseAddresses(text: string): readonly string[] {
  const addresses = text.split('\n').map(line => line.split(/\s/)[0] ?? '');
  return [...new Set(addresses)].filter(address => isIP(address) !== 0);
}

/** Asks without getent, which `failed`. A system that lacks files for the look-up calls the name unknown. */
async function askInThread(host: string, signal: AbortSignal, failed: Error): Promise<readonly string[]> {
  const { lookup } = await import('node:dns/promises');
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(stopped(signal)), { once: true });
  });
  const answer = lookup(host, { all: true }).catch(error => {
    throw hasTooManyFiles(failed) ? new Error(`the name could not be looked up: ${reason(failed)}`) : error;
  });
  return (await Promise.race([answer, over])).map(({ address }) => address);
}

function stopped(signal: AbortSignal): Error {
  return new Error(`${reason(signal.reason)} while the name was looked up: is a name server down?`);
}
