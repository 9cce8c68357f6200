import type { IncomingMessage } from 'node:http';
import { Failure } from './errors.ts';
import { growBuffer } from './growing-buffer.ts';
import { explainHttpError, NO_ANSWER } from './http-error.ts';
import { giveAddresses, lookUp } from './resolve.ts';

/** A page, its credentials, and the certificates to trust. */
export interface Page {
  /** The page's name in messages, without user and password. */
  readonly label: string;
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string;
  readonly trust?: Trust;
}

/** The certificates that an https:// page may show. */
export interface Trust {
  /** PEM certificates of the authorities to trust in place of Node's own. */
  readonly ca?: string;
  /** Any certificate is taken. */
  readonly insecure: boolean;
}

/** The request for a page, and the answers to refuse. */
interface PageRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Addresses of the page's host; absent: its name is looked up. */
  readonly addresses?: readonly string[];
  /** Advice for a page that is not there. */
  readonly hint: string;
  /** Watches the request; calling `fail` ends it. */
  watch(fail: (what: string) => void): Watch;
  /** Says what is wrong with a whole answer; undefined takes it. */
  refuse?(response: IncomingMessage): string | undefined;
}

/** Callbacks for a request's progress. */
export interface Watch {
  connected?(): void;
  received(bytes: number): void;
  over?(): void;
}

/** Requests a page; resolves to the whole body. Throws a Failure that names the page. */
export async function askForPage(
  { url, label, authorization, trust }: Page,
  { headers, signal, addresses, hint, watch, refuse }: PageRequest,
): Promise<Buffer> {
  // Loaded here: most runs never need it, and it would cost them half of their start.
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

/** Milliseconds for each of several addresses; Node's own 250 are too few for a far host. */
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
