import { Failure } from '../errors.ts';
import { quote } from '../plain-text.ts';
import type { EndpointSpec, PageEndpoint, SocketEndpoint } from '../types.ts';
import { parseHost } from './backend.ts';
import { expectedAddress, hostOf, parsePageUrl, schemeOf } from './url.ts';

const ACCEPTED =
  'a socket path, a glob, a directory, unix:///path, tcp://host:port or http(s)://[user:password@]host:port/path';

/**
 * Parses one endpoint, also in the notation of HAProxy and other tools. Does not look at the file system: whether a path is a
 * socket, a directory or a glob is found out later. Throws a Failure that names `where`.
 */
export function parseEndpoint(text: string, where = '--sockets'): EndpointSpec {
  if (text.startsWith('/')) return { kind: 'path', path: text };
  const [, form = '', rest = ''] = FORM.exec(text) ?? [];
  const parse = FORMS[form.toLowerCase()];
  if (parse !== undefined) return parse(rest, text, where);
  const isPath = text !== '' && schemeOf(text) === undefined;
  if (!isPath || LOOKS_OTHERWISE.test(text)) throw rejected(where, text);
  if (PAGE.test(text))
    throw new Failure('usage', where, `for a stats page say http://${text}, got ${quote(text)}`);
  return { kind: 'path', path: text };
}

/** A scheme, or the prefix that HAProxy and other tools put before an address. */
const FORM =
  /^(unix:\/\/|tcp:\/\/|https?:\/\/|https?:|unix[:@]|uxst@|socket:|tcp:|tcp[46]?@|ipv[46]@|abnsz?@|fd@|sockpair@)(.*)$/is;

type Parse = (rest: string, text: string, where: string) => EndpointSpec;

const FORMS: Readonly<Record<string, Parse>> = {
  'unix://': (rest, text, where) => {
    if (!rest.startsWith('/')) throw rejected(where, text);
    return parsePath(rest, text, where);
  },
  'unix:': parsePath,
  'unix@': parsePath,
  'uxst@': parsePath,
  'socket:': parsePath,
  'tcp://': parseTcp,
  'tcp:': parseTcp,
  'tcp@': parseTcp,
  'tcp4@': parseTcp,
  'tcp6@': parseTcp,
  'ipv4@': parseTcp,
  'ipv6@': parseTcp,
  'http:': reject,
  'https:': reject,
  'http://': parsePage,
  'https://': parsePage,
  'abns@': refuse('an abstract socket cannot be read; give "stats socket" a path'),
  'abnsz@': refuse('an abstract socket cannot be read; give "stats socket" a path'),
  'fd@': refuse('a file descriptor is HAProxy\'s own; give "stats socket" a path'),
  'sockpair@': refuse('a socket pair is HAProxy\'s own; give "stats socket" a path'),
};

function reject(_rest: string, text: string, where: string): never {
  throw rejected(where, text);
}

function refuse(why: string): Parse {
  return (_rest, text, where) => {
    throw new Failure('usage', where, `${why}, got ${quote(text)}`);
  };
}

function parsePath(path: string, text: string, where: string): EndpointSpec {
  if (path === '') throw rejected(where, text);
  return { kind: 'path', path };
}

/** An IPv6 address may have a zone id, `[fe80::1%eth0]`, which no URL may have. */
function parseTcp(rest: string, text: string, where: string): SocketEndpoint {
  const [, bracketed, bare, port = ''] = /^(?:\[([^\]]+)\]|([^/\s[\]@]+)):(\d+)\/?$/.exec(rest) ?? [];
  const host = (bracketed ?? bare)?.toLowerCase();
  if (host === undefined || !(Number(port) > 0 && Number(port) <= 65_535)) throw rejected(where, text);
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    kind: 'socket',
    label: `tcp://${shown}:${Number(port)}`,
    name: `${host}_${Number(port)}`,
    address: { host: parseHost(where, host), port: Number(port) },
  };
}

function parsePage(_rest: string, text: string, where: string): PageEndpoint {
  if (/\/\/(?:[^/]*@)?\[[^\]/]*%/.test(text)) {
    throw new Failure('usage', where, `a URL cannot have a zone id (%eth0), got ${quote(text)}`);
  }
  if (!URL.canParse(text)) throw rejected(where, text);
  const { url, ...page } = parsePageUrl(new URL(text));
  const address = new URL(url);
  const name = `${hostOf(address)}_${address.port || (address.protocol === 'https:' ? 443 : 80)}`;
  const csv = /;csv\b/.test(url) ? url : `${url};csv`;
  return { kind: 'page', ...page, label: csv, name, url: csv };
}

/** A user and a password without a scheme: `user:password@host/path`, and the same cut off. */
const LOOKS_OTHERWISE = /^(?![./])[^/]+:(?:.*@|[^/]*[^/\d][^/]*$)/s;

/** A stats page without a scheme. */
const PAGE = /^(?:\[[\da-f:.]+\]|[\w.-]+):\d+\/./i;

function rejected(where: string, text: string): Failure {
  return expectedAddress(where, ACCEPTED, text);
}
