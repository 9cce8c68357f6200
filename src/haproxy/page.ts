import type { IncomingMessage } from 'node:http';
import { Failure, reason } from '../errors.ts';
import type { PageEndpoint, ReadLimits } from '../types.ts';
import { startPhases } from './phases.ts';

/** Asks a stats page for its CSV; resolves to the whole body. */
export async function askPage(
  { url, label, authorization }: PageEndpoint,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Buffer> {
  // Loaded here because most runs never need it, and it is half of what starting them would cost.
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: authorization === undefined ? {} : { authorization } });
    const fail = (what: string, cause?: unknown): void => {
      reject(new Failure('read', label, what, cause));
      request.destroy();
    };
    const phases = startPhases(limits, total, fail);
    request.on('socket', socket => socket.on('connect', phases.connected));
    request.on('error', error => fail(reason(error), error));
    request.on('close', phases.over);
    request.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        phases.received(chunk.length);
      });
      response.on('close', () => {
        const refusal = explainResponse(response, authorization !== undefined);
        if (refusal === undefined) resolve(Buffer.concat(chunks));
        else fail(refusal);
      });
    });
  });
}

function explainResponse(
  { statusCode, statusMessage, complete, headers }: IncomingMessage,
  hadPassword: boolean,
): string | undefined {
  if (statusCode === 401 && hadPassword) return 'answered 401: the user or the password is wrong';
  if (statusCode === 401) return 'answered 401: give user and password, http://user:password@host:port/path';
  if (statusCode !== 200) {
    const target = headers.location === undefined ? '' : ` to ${headers.location}`;
    return `answered ${statusCode} ${statusMessage}${target}: is this the path of the stats page ("stats uri")?`;
  }
  if (!complete) return 'the connection was closed in the middle of the answer';
  if (/html/.test(headers['content-type'] ?? ''))
    return 'answered a page of HTML, not CSV: is this the stats page?';
  return undefined;
}
