import { expect, test } from 'vitest';
import { drain } from '../../src/delivery/drain.ts';
import { Failure } from '../../src/errors.ts';
import type { Batch, Spool } from '../../src/types.ts';
import { packetsOf } from '../helpers/packets.ts';
import { sendLimits } from '../helpers/send-limits.ts';

const LIMITS = sendLimits({ retries: 3, interval: 1 });

/** Batches of so many datapoints by name, and what became of each. */
function batches(names: readonly string[], datapoints: number, fate: Map<string, string>): NamedBatch[] {
  return names.map((name, index) => ({
    name,
    timestamp: index,
    datapoints,
    packets: () => packetsOf([`${name} 1 1\n`]),
    remove: () => void fate.set(name, 'removed'),
    release: () => void fate.set(name, 'released'),
  }));
}

type NamedBatch = Batch & { readonly name: string };

type Case = {
  readonly backlog?: readonly string[];
  readonly own?: readonly string[];
  readonly datapoints?: number;
  readonly late?: boolean;
  /** Whether a load, its names joined, is taken at this try. */
  readonly takes?: (load: string, attempt: number) => boolean;
  readonly signal?: AbortSignal;
};

async function drained({ backlog = [], own = [], datapoints = 10, late = false, takes, signal }: Case) {
  const fate = new Map<string, string>();
  const waiting = batches(backlog, datapoints, fate);
  const spool: Spool = {
    where: '/spool',
    keep: () => [],
    takeOldest: () => waiting.shift(),
    trim: () => 0,
    measure: () => ({ batches: 0, datapoints: 0, oldest: undefined }),
  };
  const sent: string[] = [];
  const result = await drain(spool, batches(own, datapoints, fate), {
    limits: LIMITS,
    ownTurn: late ? 0 : Number.POSITIVE_INFINITY,
    signal: signal ?? new AbortController().signal,
    send: async load => {
      const names = load.map(batch => (batch as NamedBatch).name).join('+');
      sent.push(names);
      if (takes?.(names, sent.length) === false) throw new Failure('deliver', 'tcp://x:1', 'no');
    },
  });
  return { sent, own: result.own, failure: result.failure?.message, fate: Object.fromEntries(fate) };
}

test('the backlog goes first, the oldest first, and all of it is removed', async () => {
  expect(await drained({ backlog: ['a', 'b'], own: ['own'] })).toEqual({
    sent: ['a+b', 'own'],
    own: 0,
    failure: undefined,
    fate: { a: 'removed', b: 'removed', own: 'removed' },
  });
});

test('large batches go one by one', async () => {
  const { sent } = await drained({ backlog: ['a', 'b'], own: ['own1', 'own2'], datapoints: 50_000 });
  expect(sent).toEqual(['a', 'b', 'own1', 'own2']);
});

test('when time gets short the own batches go before the backlog', async () => {
  const { sent } = await drained({ backlog: ['a', 'b'], own: ['own'], late: true });
  expect(sent).toEqual(['own', 'a+b']);
});

test('nothing to send is nothing sent', async () => {
  expect(await drained({})).toEqual({ sent: [], own: 0, failure: undefined, fate: {} });
});

test('a batch that is never taken holds up neither the own ones nor the others', async () => {
  expect(
    await drained({ backlog: ['bad', 'b', 'c'], own: ['own'], takes: load => !load.includes('bad') }),
  ).toEqual({
    sent: ['bad+b+c', 'own', 'bad', 'b', 'c', 'bad', 'bad'],
    own: 0,
    failure: 'tcp://x:1: no',
    fate: { b: 'removed', c: 'removed', own: 'removed', bad: 'released' },
  });
});

test('own batches that are never taken hold up no backlog', async () => {
  const { sent, own, fate } = await drained({ backlog: ['a'], own: ['own'], takes: load => load !== 'own' });
  expect(sent).toEqual(['a', 'own', 'own', 'own', 'own']);
  expect(own).toBe(10);
  expect(fate).toEqual({ a: 'removed', own: 'released' });
});

test('when nothing is taken all is released after the retries', async () => {
  expect(await drained({ backlog: ['a', 'b'], own: ['own'], takes: () => false })).toEqual({
    sent: ['a+b', 'own', 'a', 'own'],
    own: 10,
    failure: 'tcp://x:1: no',
    fate: { a: 'released', b: 'released', own: 'released' },
  });
});

test('a receiver that comes back during the retries gets all', async () => {
  const { failure, fate } = await drained({
    backlog: ['a'],
    own: ['own'],
    takes: (_, attempt) => attempt > 2,
  });
  expect(failure).toBeUndefined();
  expect(fate).toEqual({ a: 'removed', own: 'removed' });
});

test('after the end of the run nothing more is tried', async () => {
  const stop = new AbortController();
  const result = await drained({
    backlog: ['a'],
    own: ['own'],
    takes: () => {
      stop.abort(new Error('stopped'));
      return false;
    },
    signal: stop.signal,
  });
  expect(result).toMatchObject({ sent: ['a'], own: 10, fate: { a: 'released', own: 'released' } });
});
