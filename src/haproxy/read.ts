import { now } from '../clock.ts';
import { Failure, reason } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import { retry } from '../retry.ts';
import type { Endpoint, PageEndpoint, Snapshot, SocketEndpoint } from '../types.ts';
import { COMMANDS, describeRefusal, findRefusal, INFO_BEGINNING, parseAnswers, parsePage } from './answer.ts';
import type { Question } from './listen.ts';
import { askSocket } from './socket.ts';

/** Runs the work when its turn comes. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Reads both answers of one endpoint, trying again within the total time, so that a run survives an HAProxy
 * that reloads. The time begins with the first turn. Throws the last try's Failure; nothing of an answer that is not whole gets out.
 */
export async function readSnapshot(
  endpoint: Endpoint,
  limits: ReadLimits,
  stop: AbortSignal,
  takeTurn: Turn = work => work(),
): Promise<Snapshot> {
  const late = new AbortController();
  const total = AbortSignal.any([late.signal, stop]);
  let clock: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<Snapshot | Failure> => {
    stop.throwIfAborted();
    clock ??= setTimeout(() => late.abort(), limits.total);
    return await readOnce(endpoint, limits, total);
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

/** A peer that says something else will say it again, so its Failure is returned, and it is not asked once more. */
async function readOnce(
  endpoint: Endpoint,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Snapshot | Failure> {
  return endpoint.kind === 'page'
    ? await readPage(endpoint, limits, total)
    : await readSocket(endpoint, limits, total);
}

async function readPage(endpoint: PageEndpoint, limits: ReadLimits, total: AbortSignal): Promise<Snapshot> {
  const { askPage } = await import('./page.ts');
  const bytes = await askPage(endpoint, limits, total);
  const answered = now();
  try {
    return { endpoint, answered, ...parsePage(bytes) };
  } catch (error) {
    throw new Failure('read', endpoint.label, reason(error), error);
  }
}

const STATISTICS: Question<Pick<Snapshot, 'info' | 'stat'>> = {
  line: COMMANDS,
  beginning: INFO_BEGINNING,
  findRefusal,
  parse: parseAnswers,
};

async function readSocket(
  endpoint: SocketEndpoint,
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Snapshot | Failure> {
  const reply = await askSocket(endpoint, STATISTICS, limits, total);
  if (reply.kind === 'answer') return { endpoint, answered: reply.answered, ...reply.answer };
  return new Failure('read', endpoint.label, describeRefusal(reply.refusal));
}
