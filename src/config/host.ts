import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Returns the first label of the machine's name. */
export function shortHostName(name = hostname()): string {
  return name.split('.')[0] ?? '';
}

/**
 * Returns the machine's full name: `name` if that has a dot, else the first name with a dot beside it in `hosts`, the text
 * of /etc/hosts, where Python's getfqdn, and so haproxystats, finds it. Asks no name server.
 */
export function fullHostName(hosts = readHosts(), name = hostname()): string {
  if (name.includes('.')) return name;
  for (const line of hosts.split('\n')) {
    const [, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const full = names.includes(name) ? names.find(candidate => candidate.includes('.')) : undefined;
    if (full !== undefined) return full;
  }
  return name;
}

function readHosts(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8');
  } catch {
    return ''; // a machine without the file has its own name only
  }
}
