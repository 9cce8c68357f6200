import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { retry } from '../src/retry.ts';

const NEVER = new AbortController().signal;

/** Milliseconds from one attempt to the next; every attempt fails. */
async function listWaits(limits: Parameters<typeof retry>[1], signal = NEVER): Promise<number[]> {
  const times: number[] = [];
  const attempt = async (): Promise<never> => {
    times.push(performance.now());
    throw new Error(`attempt ${times.length}`);
  };
  await expect(retry(attempt, limits, signal)).rejects.toThrow(/^attempt \d$/);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

test('each wait is longer than the one before by the backoff', async () => {
  const [first = 0, second = 0, third = 0, ...more] = await listWaits({
    retries: 3,
    interval: 40,
    backoff: 3,
  });
  expect(more).toEqual([]);
  expect(first).toBeGreaterThanOrEqual(39);
  expect(second).toBeGreaterThanOrEqual(119);
  expect(third).toBeGreaterThanOrEqual(359);
  expect(third).toBeLessThan(1000);
});

test('without a backoff all waits are the same', async () => {
  const waits = await listWaits({ retries: 4, interval: 30 });
  expect(waits).toHaveLength(4);
  expect(Math.max(...waits)).toBeLessThan(200);
});

test('the first success ends it', async () => {
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    if (++attempts < 3) throw new Error('not yet');
    return 'done';
  };
  expect(await retry(attempt, { retries: 5, interval: 1 }, NEVER)).toBe('done');
  expect(attempts).toBe(3);
});

test('a wait ends when it is called off, with the error of the attempt before', async () => {
  const stop = new AbortController();
  const waits = listWaits({ retries: 1, interval: 60_000 }, stop.signal);
  await sleep(20);
  stop.abort();
  expect(await waits).toEqual([]);
});
