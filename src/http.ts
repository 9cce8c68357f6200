import type { IncomingMessage } from 'node:http';
import { Failure } from './errors.ts';
import { growBuffer } from './growing-buffer.ts';
import { explainHttpError, NO_ANSWER } from './http-error.ts';
import { giveAddresses, lookUp } from './resolve.ts';

/** A page and what asking for it takes. */
export interface Page {
  /** As it stands in messages; without user and password, as the URL. */
  readonly label: string;
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string;
  readonly trust?: Trust;
}

/** Whose certificates count, of a page that is asked over TLS. */
export interface Trust {
  /** Those of the authorities, PEM, in place of Node's own. */
  readonly ca?: string;
  /** Anybody's. */
  readonly insecure: boolean;
}

/** How a page is asked for, and which answers are refused. */
interface PageRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Where the page's host is; its name is looked up if they are not given. */
  readonly addresses?: readonly string[];
  /** What to look at when the page is not there. */
  readonly hint: string;
  /** Looks after the request; what it calls `fail` with ends it. */
  watch(fail: (what: string) => void): Watch;
  /** Says what is wrong with an answer that is whole; undefined when it is taken. */
  refuse?(response: IncomingMessage): string | undefined;
}

/** Is told how far a request has come. */
export interface Watch {
  connected?(): void;
  received(bytes: number): void;
  over?(): void;
}

/** Asks for a page; resolves to the whole body. Throws a Failure that names the page. */
export async function askForPage(
  { url, label, authorization, trust }: Page,
  { headers, signal, addresses, hint, watch, refuse }: PageRequest,
): Promise<Buffer> {
  // Loaded here because most runs never need it, and it is half of what starting them would cost.
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const request = get(url, {
      agent: false,
      lookup: addresses === undefined ? lookUp(over.signal) : giveAddresses(addresses),
      ...EACH_ADDRESS,
      ...(trust?.ca !== undefined && { ca: trust.ca }),
      ...(trust?.insecure && { rejectUnauthorized: false }),
      headers: { ...headers, ...(authorization && { authorization }) },
      ...(signal && { signal }),
    });
    const fail = (what: string, cause?: unknown): void => {
      reject(new Failure('read', label, what, cause));
      request.destroy();
    };
    const watching = watch(fail);
    let isAnswered = false;
    request.on('socket', socket => socket.on('connect', () => watching.connected?.()));
    request.on('error', error => fail(explainHttpError(error, url), error));
    request.on('upgrade', response => fail(sayStatus(response, hint)));
    request.on('close', () => {
      over.abort();
      watching.over?.();
      if (!isAnswered) fail(NO_ANSWER);
    });
    request.on('response', response => {
      isAnswered = true;
      const body = growBuffer();
      response.on('data', (piece: Buffer) => {
        body.add(piece);
        watching.received(piece.length);
      });
      response.on('close', () => {
        const refusal = findRefusal(response, authorization !== undefined, hint) ?? refuse?.(response);
        if (refusal === undefined) resolve(body.bytes());
        else fail(refusal);
      });
    });
  });
}

/** Milliseconds until an address of several is given up; Node's own 250 are less than a far connection may take. */
const EACH_ADDRESS = { autoSelectFamilyAttemptTimeout: 1000 };

function findRefusal(response: IncomingMessage, hadPassword: boolean, hint: string): string | undefined {
  const { statusCode, complete } = response;
  if (statusCode === 401 && hadPassword) return 'answered 401: the user or the password is wrong';
  if (statusCode === 401) return 'answered 401: give user and password, http://user:password@host:port/path';
  if (statusCode !== 200) return sayStatus(response, hint);
  return complete ? undefined : 'the connection was closed in the middle of the answer';
}

function sayStatus({ statusCode, statusMessage = '', headers }: IncomingMessage, hint: string): string {
  const words = statusMessage === '' ? '' : ` ${statusMessage.slice(0, MOST_QUOTED)}`;
  const target = headers.location === undefined ? '' : ` to ${headers.location.slice(0, MOST_QUOTED)}`;
  return `answered ${statusCode}${words}${target}: ${hint}`;
}

/** Characters of an answer that a message shows. */
const MOST_QUOTED = 100;
