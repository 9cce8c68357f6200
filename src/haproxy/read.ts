import { now } from '../clock.ts';
import { errorCode, Failure, reason, seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import { resolve } from '../resolve.ts';
import { retry } from '../retry.ts';
import type { Endpoint, PageEndpoint, Snapshot, SocketEndpoint } from '../types.ts';
import { describeRefusal, isMaster, parsePage } from './answer.ts';
import { askStatistics } from './ask.ts';
import { explainPath } from './explain.ts';
import type { Further } from './further.ts';
import type { Round } from './round.ts';
import type { Conversation } from './socket.ts';

/**
 * Reads both answers of one endpoint, with retries until the total time is over, so that a run survives a reload of HAProxy.
 * The time begins with the first turn, after the look-up of the name. Throws the last attempt's Failure; never uses an answer
 * that is not whole.
 */
export async function readSnapshot(endpoint: Endpoint, limits: ReadLimits, round: Round): Promise<Snapshot> {
  const { stop, takeTurn, room, running } = round;
  if (stop.aborted) throw new Failure('read', endpoint.label, reason(stop.reason));
  const end = new AbortController();
  const late = new Error(`no answer within ${seconds(limits.total)} (pull-timeout)`);
  let addresses: readonly string[] | undefined;
  let clock: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<Snapshot | Failure> => {
    stop.throwIfAborted();
    running.add(end);
    addresses ??= await lookUp(endpoint, end.signal);
    clock ??= setTimeout(() => setImmediate(() => end.abort(late)), limits.total);
    const conversation = { addresses, limits, total: end.signal, room };
    return endpoint.kind === 'page'
      ? await readPage({ ...conversation, endpoint })
      : await readSocket({ ...conversation, endpoint }, round);
  };
  try {
    const read = await retry(() => takeTurn(attempt), limits, end.signal);
    if (read instanceof Failure) throw read;
    return read;
  } catch (error) {
    if (stop.aborted) throw new Failure('read', endpoint.label, reason(stop.reason), error);
    if (error instanceof Failure) throw error;
    throw new Failure('read', endpoint.label, await explainError(endpoint, error), error);
  } finally {
    clearTimeout(clock);
    running.delete(end);
  }
}

/** Looks up the addresses of the endpoint's host; a path has none. */
async function lookUp(endpoint: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
  const host = hostOf(endpoint);
  return host === undefined ? [] : await resolve(host, signal);
}

/** The endpoint's host, an IPv6 address without brackets; undefined for a path. */
function hostOf(endpoint: Endpoint): string | undefined {
  if (endpoint.kind === 'page') return new URL(endpoint.url).hostname.replace(/^\[|\]$/g, '');
  return 'host' in endpoint.address ? endpoint.address.host : undefined;
}

async function readPage(conversation: Conversation<PageEndpoint>): Promise<Snapshot> {
  const { askPage } = await import('./page.ts');
  const bytes = await askPage(conversation);
  return { endpoint: conversation.endpoint, answered: now(), ...parsePage(bytes) };
}

/** Reads a socket. The Failure of a peer that refuses is returned, not thrown: it would refuse every retry. */
async function readSocket(
  conversation: Conversation<SocketEndpoint>,
  round: Round,
): Promise<Snapshot | Failure> {
  const { endpoint } = conversation;
  const reply = await askStatistics(conversation);
  if (reply.kind === 'answer') {
    const further = await readFurther(conversation, round);
    return { endpoint, answered: reply.answered, ...reply.answer, ...further };
  }
  if (isMaster(reply.refusal)) {
    const { readThroughMaster } = await import('./master.ts');
    return await readThroughMaster(conversation, prefix => readFurther(conversation, round, prefix));
  }
  return new Failure('read', endpoint.label, describeRefusal(reply.refusal));
}

/** Asks for the optional answers; their code is loaded only if somebody wants them. */
async function readFurther(
  conversation: Conversation<SocketEndpoint>,
  { further, failures }: Round,
  prefix?: string,
): Promise<Further> {
  if (further.length === 0) return {};
  const { askFurther } = await import('./further.ts');
  return await askFurther(conversation, further, failure => failures.push(failure), prefix);
}

/** Explains an error by the endpoint's path, if it has one. */
async function explainError(endpoint: Endpoint, error: unknown): Promise<string> {
  if (endpoint.kind === 'page' || !('path' in endpoint.address)) return reason(error);
  return (await explainPath(endpoint.address.path, errorCode(error))) ?? reason(error);
}
