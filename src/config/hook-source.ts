import { Failure } from '../errors.ts';
import type { HookSource, RedisSource, UrlSource } from '../plan.ts';
import { decode, expectedAddress, hostOf, isBareAddress, parsePageUrl, schemeOf } from './url.ts';

const ACCEPTED =
  '[APP=]SRC with SRC a file, a directory, "-" for standard input, http(s)://[user:password@]host:port/path, zmq+tcp://host:port or redis://[:password@]host:port[/database][?prefix=gunicorn]';

/**
 * Parses the values of `--hook-stats`; opens nothing, so a file and a directory look the same here. Throws a Failure that
 * names `where` if a value is malformed or standard input is given twice.
 */
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
  if (url !== undefined && /^https?$/.test(scheme ?? '')) return parsePage(url);
  if (url !== undefined && scheme === 'zmq+tcp' && isBareAddress(url))
    return { kind: 'zmq', label: `zmq+tcp://${url.host}`, address: `tcp://${url.host}` };
  const redis = url !== undefined && scheme === 'redis' ? parseRedis(url) : undefined;
  if (redis !== undefined) return redis;
  throw expectedAddress(where, ACCEPTED, text);
}

/** Takes `hosts=many` out of the query: it is for this program. */
function parsePage(url: URL): UrlSource {
  const isShared = /^\?(.*&)?hosts=many(&|$)/.test(url.search);
  if (!isShared) return { kind: 'url', ...parsePageUrl(url) };
  const asked = new URL(url);
  asked.search = url.search
    .slice(1)
    .split('&')
    .filter(part => part !== 'hosts=many')
    .join('&');
  return { kind: 'url', ...parsePageUrl(asked), label: parsePageUrl(url).label, hosts: 'many' };
}

/** Reads a Redis URL; undefined if a part of it has no meaning. */
function parseRedis(url: URL): RedisSource | undefined {
  const [, database = '0'] = /^\/?(\d{1,5})?$/.exec(url.pathname) ?? [];
  const prefix = url.searchParams.get('prefix') ?? 'gunicorn';
  const isWhole = /^\/?\d{0,5}$/.test(url.pathname) && /^(\?prefix=[^&]+)?$/.test(url.search);
  if (url.hostname === '' || !isWhole || url.hash !== '') return undefined;
  const [username, password] = [decode(url.username), decode(url.password)];
  return {
    kind: 'redis',
    label: `redis://${url.host}${url.pathname}${url.search}`,
    host: hostOf(url),
    port: Number(url.port || 6379),
    database: Number(database),
    prefix,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  };
}
