import type { IncomingMessage } from 'node:http';
import { Failure, reason } from './errors.ts';

/** A page and what asking for it takes. */
export interface Page {
  /** As it stands in messages; without user and password, as the URL. */
  readonly label: string;
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization?: string;
}

/** How a page is asked for, and which answers are refused. */
interface PageRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
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
  { url, label, authorization }: Page,
  { headers, signal, hint, watch, refuse }: PageRequest,
): Promise<Buffer> {
  // Loaded here because most runs never need it, and it is half of what starting them would cost.
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(url, {
      agent: false,
      headers: { ...headers, ...(authorization && { authorization }) },
      ...(signal && { signal }),
    });
    const fail = (what: string, cause?: unknown): void => {
      reject(new Failure('read', label, what, cause));
      request.destroy();
    };
    const watching = watch(fail);
    request.on('socket', socket => socket.on('connect', () => watching.connected?.()));
    request.on('error', error => fail(reason(error), error));
    request.on('close', () => watching.over?.());
    request.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        watching.received(chunk.length);
      });
      response.on('close', () => {
        const refusal = explain(response, authorization !== undefined, hint) ?? refuse?.(response);
        if (refusal === undefined) resolve(Buffer.concat(chunks));
        else fail(refusal);
      });
    });
  });
}

function explain(
  { statusCode, statusMessage, complete, headers }: IncomingMessage,
  hadPassword: boolean,
  hint: string,
): string | undefined {
  if (statusCode === 401 && hadPassword) return 'answered 401: the user or the password is wrong';
  if (statusCode === 401) return 'answered 401: give user and password, http://user:password@host:port/path';
  if (statusCode !== 200) {
    const target = headers.location === undefined ? '' : ` to ${headers.location}`;
    return `answered ${statusCode} ${statusMessage}${target}: ${hint}`;
  }
  return complete ? undefined : 'the connection was closed in the middle of the answer';
}
