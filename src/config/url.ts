import { Failure } from '../errors.ts';
import type { Page } from '../http.ts';
import { expected } from './value.ts';

/** Returns the scheme in front of `://` in lower case; undefined if there is none. */
export function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
}

/** Whether a URL has a host and a port and nothing else. */
export function isBareAddress({ hostname, port, username, pathname, search }: URL): boolean {
  return hostname !== '' && Number(port) > 0 && username === '' && /^\/?$/.test(pathname + search);
}

/** Returns a URL's host, an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Returns the page of a URL: the URL without user and password, and these as an Authorization header. */
export function parsePageUrl(given: URL): Page {
  const url = new URL(given);
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  url.username = '';
  url.password = '';
  url.hash = '';
  const page = { label: url.href, url: url.href };
  if (credentials === ':') return page;
  return { ...page, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * Returns the Failure for a text that is no address. Its message hides whatever follows a colon and is no port, since that
 * may be a password.
 */
export function expectedAddress(where: string, accepted: string, text: string): Failure {
  const [, start, rest] = /^((?:[\w+.-]+=)?(?:[\w+.-]+:\/{0,2})?[^:@/]*:)([^@]*)$/s.exec(text) ?? [];
  // A crontab ends a command at %, so a URL may be cut in the middle of a password.
  const isCut = rest !== undefined && !/^(?:\d{0,5}(?:[/?#]|$)|\/)/.test(rest);
  const failure = expected(where, accepted, isCut ? `${start}...` : text);
  const hint = 'a crontab ends the command at a % that is not written \\%';
  return isCut ? new Failure('usage', where, `${failure.what}; ${hint}`) : failure;
}

/** Undoes percent escapes one by one; a lone `%` stands for itself. */
export function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
