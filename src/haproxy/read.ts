import { now } from '../clock.ts';
import { Failure, reason, seconds } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import { resolve } from '../resolve.ts';
import { retry } from '../retry.ts';
import type { Endpoint, PageEndpoint, Snapshot } from '../types.ts';
import { describeRefusal, isMaster, parsePage } from './answer.ts';
import { askStatistics } from './ask.ts';
import type { Conversation } from './socket.ts';

/** Runs the work when its turn comes. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Reads both answers of one endpoint, trying again within the total time, so that a run survives an HAProxy that reloads.
 * The time begins with the first turn, and after the name was looked up. Throws the last try's Failure; nothing of an answer
 * that is not whole gets out.
 */
export async function readSnapshot(
  endpoint: Endpoint,
  limits: ReadLimits,
  stop: AbortSignal,
  takeTurn: Turn = work => work(),
): Promise<Snapshot> {
  const late = new AbortController();
  const total = AbortSignal.any([late.signal, stop]);
  let addresses: readonly string[] | undefined;
  let clock: NodeJS.Timeout | undefined;
  const abort = (): void => late.abort(new Error(`no answer within ${seconds(limits.total)} (pull-timeout)`));
  const attempt = async (): Promise<Snapshot | Failure> => {
    stop.throwIfAborted();
    addresses ??= await lookUp(endpoint, stop);
    clock ??= setTimeout(abort, limits.total);
    return endpoint.kind === 'page'
      ? await readPage(endpoint, addresses, limits, total)
      : await readSocket({ endpoint, addresses, limits, total });
  };
  try {
    const read = await retry(() => takeTurn(attempt), limits, total);
    if (read instanceof Failure) throw read;
    return read;
  } catch (error) {
    throw stop.aborted ? new Failure('read', endpoint.label, reason(stop.reason), error) : error;
  } finally {
    clearTimeout(clock);
  }
}

/** The addresses of the endpoint's host; a path has none. */
async function lookUp(endpoint: Endpoint, stop: AbortSignal): Promise<readonly string[]> {
  const host = hostOf(endpoint);
  try {
    return host === undefined ? [] : await resolve(host, stop);
  } catch (error) {
    throw new Failure('read', endpoint.label, reason(error), error);
  }
}

/** Without the brackets of an IPv6 address; undefined for a path. */
function hostOf(endpoint: Endpoint): string | undefined {
  if (endpoint.kind === 'page') return new URL(endpoint.url).hostname.replace(/^\[|\]$/g, '');
  return 'host' in endpoint.address ? endpoint.address.host : undefined;
}

async function readPage(
  endpoint: PageEndpoint,
  addresses: readonly string[],
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Snapshot> {
  const { askPage } = await import('./page.ts');
  const bytes = await askPage(endpoint, addresses, limits, total);
  const answered = now();
  try {
    return { endpoint, answered, ...parsePage(bytes) };
  } catch (error) {
    throw new Failure('read', endpoint.label, reason(error), error);
  }
}

/** A peer that says something else will say it again, so its Failure is returned, and it is not asked once more. */
async function readSocket(conversation: Conversation): Promise<Snapshot | Failure> {
  const reply = await askStatistics(conversation);
  if (reply.kind === 'answer') {
    return { endpoint: conversation.endpoint, answered: reply.answered, ...reply.answer };
  }
  if (isMaster(reply.refusal)) {
    const { readThroughMaster } = await import('./master.ts');
    return await readThroughMaster(conversation);
  }
  return new Failure('read', conversation.endpoint.label, describeRefusal(reply.refusal));
}
