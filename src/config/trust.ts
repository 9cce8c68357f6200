import type { Trust } from '../http.ts';
import type { Config } from './config.ts';
import { expected } from './value.ts';

/**
 * Reads the certificates of --ca, and --insecure; undefined if neither is given. Throws a Failure for a file without
 * certificates.
 */
export async function readTrust(config: Config): Promise<Trust | undefined> {
  const [path, insecure] = [config.get('pull.ca'), config.get('pull.insecure')];
  if (path === undefined) return insecure ? { insecure } : undefined;
  const where = config.where('pull.ca');
  const { readSmallFile } = await import('./read-file.ts');
  const ca = await readSmallFile(`${where}: ${path}`, path);
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw expected(where, 'a file of PEM certificates', path);
  return { ca, insecure };
}

/** Returns the endpoint or hook source, with the trust added if it is a web page. */
export function trusting<Source extends object>(source: Source, trust: Trust | undefined): Source {
  return trust !== undefined && 'url' in source ? { ...source, trust } : source;
}
