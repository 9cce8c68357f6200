import { basename, parse } from 'node:path';
import { Failure } from '../errors.ts';
import type { EndpointSpec, PageEndpoint, SocketEndpoint } from '../types.ts';
import { hidePassword, hostOf, isBareAddress, parsePageUrl, schemeOf } from './url.ts';

const ACCEPTED =
  'a socket path, a glob, a directory, unix:///path, tcp://host:port or http(s)://[user:password@]host:port/path';

/** Reads one `--sockets` value. Whether a path is a socket, a directory or a glob the file system will say. */
export function parseEndpoint(text: string): EndpointSpec {
  const scheme = schemeOf(text);
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
  if (!isBareAddress(url)) throw rejected(text);
  const [host, port] = [hostOf(url), Number(url.port)];
  return { kind: 'socket', label: `tcp://${url.host}`, name: `${host}_${port}`, address: { host, port } };
}

function parsePage(text: string): PageEndpoint {
  const { url, ...page } = parsePageUrl(parseUrl(text));
  const address = new URL(url);
  const name = `${hostOf(address)}_${address.port || (address.protocol === 'https:' ? 443 : 80)}`;
  const csv = /;csv\b/.test(url) ? url : `${url};csv`;
  return { kind: 'page', ...page, label: csv, name, url: csv };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw rejected(text);
  }
}

function rejected(text: string): Failure {
  const shown = JSON.stringify(hidePassword(text));
  return new Failure('usage', '--sockets', `expected ${ACCEPTED}, got ${shown}`);
}
