import type { Trust } from '../http.ts';
import type { Config } from './config.ts';
import { expected } from './value.ts';

/** Reads --ca and --insecure; undefined without them. Throws a Failure for a file without certificates. */
export async function readTrust(config: Config): Promise<Trust | undefined> {
  const [path, insecure] = [config.get('pull.ca'), config.get('pull.insecure')];
  if (path === undefined) return insecure ? { insecure } : undefined;
  const where = config.where('pull.ca');
  const { readSmallFile } = await import('./read-file.ts');
  const ca = await readSmallFile(`${where}: ${path}`, path);
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw expected(where, 'a file of PEM certificates', path);
  return { ca, insecure };
}

/** Adds the trust to an endpoint or source that is a page. */
export function trusting<Source extends object>(source: Source, trust: Trust | undefined): Source {
  return trust !== undefined && 'url' in source ? { ...source, trust } : source;
}
