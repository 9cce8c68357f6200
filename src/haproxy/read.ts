import { now } from '../clock.ts';
import { Failure, reason } from '../errors.ts';
import type { ReadLimits } from '../plan.ts';
import { retry } from '../retry.ts';
import type { Endpoint, Snapshot } from '../types.ts';
import { parseAnswers, parsePage } from './answer.ts';
import { askSocket } from './socket.ts';

/**
 * Reads both answers of one endpoint, trying again within the total time, so that a run survives an HAProxy
 * that reloads. Throws the last try's Failure; nothing of an answer that is not whole gets out.
 */
export async function readSnapshot(endpoint: Endpoint, limits: ReadLimits): Promise<Snapshot> {
  const total = AbortSignal.timeout(limits.total);
  return await retry(() => readOnce(endpoint, limits, total), limits, total);
}

async function readOnce(endpoint: Endpoint, limits: ReadLimits, total: AbortSignal): Promise<Snapshot> {
  if (endpoint.kind === 'socket') {
    const bytes = await askSocket(endpoint, limits, total);
    return parse(endpoint, () => parseAnswers(bytes));
  }
  const { askPage } = await import('./page.ts');
  const bytes = await askPage(endpoint, limits, total);
  return parse(endpoint, () => parsePage(bytes));
}

function parse(endpoint: Endpoint, read: () => Pick<Snapshot, 'info' | 'stat'>): Snapshot {
  try {
    return { endpoint, answered: now(), ...read() };
  } catch (error) {
    throw new Failure('read', endpoint.label, reason(error), error);
  }
}
