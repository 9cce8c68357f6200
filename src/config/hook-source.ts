import { Failure } from '../errors.ts';
import type { HookSource } from '../types.ts';
import { expectedAddress, isBareAddress, parsePageUrl, schemeOf } from './url.ts';

const ACCEPTED =
  '[APP=]SRC with SRC a file, a directory, "-" for standard input, http(s)://[user:password@]host:port/path or zmq+tcp://host:port';

/** Reads sources. The file system will say whether a path is a file or a directory. Throws a Failure that names `where`. */
export function parseHookSources(texts: readonly string[], where = '--hook-stats'): readonly HookSource[] {
  const sources = texts.map(text => parseHookSource(where, text));
  if (sources.filter(({ kind }) => kind === 'stdin').length > 1)
    throw new Failure('usage', where, 'standard input (-) can be read only once');
  return sources;
}

/** A name is a plain word, so that `=` may stand in a URL and in a path with a slash. */
function parseHookSource(where: string, text: string): HookSource {
  const [, app, source = ''] = /^(?:([^\s=/:]+)=)?(.*)$/s.exec(text) ?? [];
  return { ...parseSource(where, source, text), ...(app && { app }) };
}

function parseSource(where: string, source: string, text: string): HookSource {
  const scheme = schemeOf(source);
  if (source === '-' || source === '/dev/stdin') return { kind: 'stdin', label: 'standard input' };
  if (scheme === undefined && source !== '') return { kind: 'file', label: source, path: source };
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url !== undefined && /^https?$/.test(scheme ?? '')) return { kind: 'url', ...parsePageUrl(url) };
  if (url !== undefined && scheme === 'zmq+tcp' && isBareAddress(url))
    return { kind: 'zmq', label: `zmq+tcp://${url.host}`, address: `tcp://${url.host}` };
  throw expectedAddress(where, ACCEPTED, text);
}
