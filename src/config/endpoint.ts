import { basename, parse } from 'node:path';
import { Failure } from '../errors.ts';
import type { EndpointSpec, PageEndpoint, SocketEndpoint } from '../types.ts';

const ACCEPTED =
  'a socket path, a glob, a directory, unix:///path, tcp://host:port or http(s)://[user:password@]host:port/path';

/** Reads one `--sockets` value. Whether a path is a socket, a directory or a glob the file system will say. */
export function parseEndpoint(text: string): EndpointSpec {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && text !== '') return { kind: 'path', path: text };
  if (scheme === 'unix') return parseUnix(text);
  if (scheme === 'tcp') return parseTcp(text);
  if (scheme === 'http' || scheme === 'https') return parsePage(text);
  throw rejected(text);
}

function parseUnix(text: string): SocketEndpoint {
  const path = text.slice('unix://'.length);
  if (!path.startsWith('/')) throw rejected(text);
  return { kind: 'socket', label: `unix:${path}`, name: parse(basename(path)).name, address: { path } };
}

function parseTcp(text: string): SocketEndpoint {
  const url = parseUrl(text);
  const port = Number(url.port);
  if (port === 0 || url.username !== '' || !['', '/'].includes(url.pathname + url.search))
    throw rejected(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { kind: 'socket', label: `tcp://${url.host}`, name: `${host}_${port}`, address: { host, port } };
}

function parsePage(text: string): PageEndpoint {
  const url = parseUrl(text);
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const name = `${host}_${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
  url.username = '';
  url.password = '';
  url.hash = '';
  const bare = /;csv\b/.test(url.href) ? url.href : `${url.href};csv`;
  const page = { kind: 'page', label: bare, name, url: bare } as const;
  if (credentials === ':') return page;
  return { ...page, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw rejected(text);
  }
}

/** Percent escapes undone, one by one: a lone `%` stands for itself. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function rejected(text: string): Failure {
  const shown = text.replace(/\/\/.*@/s, '//...@'); // what goes to a log or a mail names no password
  return new Failure('usage', '--sockets', `expected ${ACCEPTED}, got ${JSON.stringify(shown)}`);
}
