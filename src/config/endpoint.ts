import { basename } from 'node:path';
import { nameSocket } from '../endpoint-name.ts';
import type { Failure } from '../errors.ts';
import type { EndpointSpec, PageEndpoint, SocketEndpoint } from '../types.ts';
import { hidePassword, hostOf, isBareAddress, parsePageUrl, schemeOf } from './url.ts';
import { expected } from './value.ts';

const ACCEPTED =
  'a socket path, a glob, a directory, unix:///path, tcp://host:port or http(s)://[user:password@]host:port/path';

/** Reads one endpoint. The file system will say whether a path is a socket, a directory or a glob. Throws a Failure that names `where`. */
export function parseEndpoint(text: string, where = '--sockets'): EndpointSpec {
  const scheme = schemeOf(text);
  if (scheme === undefined && text !== '') return { kind: 'path', path: text };
  if (scheme === 'unix') return parseUnix(where, text);
  if (scheme === 'tcp') return parseTcp(where, text);
  if (scheme === 'http' || scheme === 'https') return parsePage(where, text);
  throw rejected(where, text);
}

function parseUnix(where: string, text: string): SocketEndpoint {
  const path = text.slice('unix://'.length);
  if (!path.startsWith('/')) throw rejected(where, text);
  return { kind: 'socket', label: `unix:${path}`, name: nameSocket(basename(path)), address: { path } };
}

function parseTcp(where: string, text: string): SocketEndpoint {
  const url = parseUrl(where, text);
  if (!isBareAddress(url)) throw rejected(where, text);
  const [host, port] = [hostOf(url), Number(url.port)];
  return { kind: 'socket', label: `tcp://${url.host}`, name: `${host}_${port}`, address: { host, port } };
}

function parsePage(where: string, text: string): PageEndpoint {
  const { url, ...page } = parsePageUrl(parseUrl(where, text));
  const address = new URL(url);
  const name = `${hostOf(address)}_${address.port || (address.protocol === 'https:' ? 443 : 80)}`;
  const csv = /;csv\b/.test(url) ? url : `${url};csv`;
  return { kind: 'page', ...page, label: csv, name, url: csv };
}

function parseUrl(where: string, text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw rejected(where, text);
  }
}

function rejected(where: string, text: string): Failure {
  return expected(where, ACCEPTED, hidePassword(text));
}
