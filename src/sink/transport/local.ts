import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Whether the other end of an open connection is on this host. The addresses may differ: Linux takes the first address of an
 * interface to reach its second.
 */
export function isLocal({
  localAddress,
  remoteAddress,
}: Pick<Socket, 'localAddress' | 'remoteAddress'>): boolean {
  if (remoteAddress === undefined) return false;
  const address = remoteAddress.replace(/^::ffff:/, '').replace(/%.*/, '');
  return localAddress === remoteAddress || address.startsWith('127.') || hostAddresses().includes(address);
}

/** The addresses of this host's interfaces that are up; none where a sandbox does not let them be listed. */
function hostAddresses(): readonly string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((own = []) => own.map(({ address }) => address));
  } catch {
    return [];
  }
}
