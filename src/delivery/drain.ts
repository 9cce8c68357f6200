import { now } from '../clock.ts';
import { countDatapoints } from '../count.ts';
import { expectFailure, type Failure } from '../errors.ts';
import { type RetryLimits, retry } from '../retry.ts';
import type { Batch, Spool } from '../types.ts';

/** The way to send batches, and the time for it. */
export interface Draining {
  readonly limits: RetryLimits;
  /** Sends batches together; throws a Failure if they were not delivered. */
  readonly send: (load: readonly Batch[]) => Promise<void>;
  /** The time from which this run's own batches go before the backlog, on the clock of clock.ts. */
  readonly ownTurn: number;
  readonly signal: AbortSignal;
  /** Called with each error that another attempt follows, and the milliseconds until then. */
  readonly onFailure?: (error: unknown, wait: number) => void;
}

/** The result of draining. */
export interface Drained {
  /** The last attempt's failure, if something was not delivered. */
  readonly failure: Failure | undefined;
  /** Datapoints of this run that were not delivered. */
  readonly own: number;
}

/** Datapoints that share one confirmation: small batches need not wait for one each. */
const LOAD = 50_000;

/**
 * Sends the waiting batches, oldest first and this run's own last, and removes those that were delivered. The run's own go first
 * once half of the time is over or a delivery failed, so that no backlog, however long or odd, holds them up. Batches that were
 * not delivered are released for another run.
 */
export async function drain(spool: Spool, own: readonly Batch[], draining: Draining): Promise<Drained> {
  const { limits, send, ownTurn, signal } = draining;
  const mine = [...own];
  /** Batches that failed once go one by one after the rest, so that one that cannot be sent holds up no other. */
  const failed: Batch[] = [];
  let held: Batch[] = [];
  let [troubled, ownFailed] = [false, false];

  const choose = (): Batch[] => {
    const ownFirst = !ownFailed && (troubled || now() > ownTurn);
    if (ownFirst && mine.length > 0) return takeLoad(() => mine.shift());
    const load = takeLoad(() => spool.takeOldest());
    if (load.length > 0) return load;
    const turn = mine.length > 0 && (!ownFailed || failed.length === 0) ? 'own' : 'failed';
    return turn === 'own' ? takeLoad(() => mine.shift()) : failed.splice(0, 1);
  };
  const sendAll = async (): Promise<void> => {
    for (held = choose(); held.length > 0; held = choose()) {
      await send(held);
      ownFailed = false;
      for (const batch of held.splice(0)) batch.remove();
    }
  };
  const failure = await retry(
    () =>
      sendAll().catch(error => {
        troubled = true;
        ownFailed = held.some(batch => own.includes(batch));
        (ownFailed ? mine : failed).push(...held.splice(0));
        throw error;
      }),
    limits,
    signal,
    draining.onFailure,
  ).catch(expectFailure);
  for (const batch of [...mine, ...failed]) batch.release();
  return { failure: failure ?? undefined, own: countDatapoints(mine) };
}

function takeLoad(take: () => Batch | undefined): Batch[] {
  const load: Batch[] = [];
  let datapoints = 0;
  while (datapoints < LOAD) {
    const batch = take();
    if (batch === undefined) break;
    load.push(batch);
    datapoints += batch.datapoints;
  }
  return load;
}
