import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { startRound } from '../../src/haproxy/round.ts';

const STOPPED = new Error('stopped by SIGTERM');

/** Counts how many pieces of work run at a time when there are so many of them. */
async function countAtOnce(turn: <T>(work: () => Promise<T>) => Promise<T>, pieces: number): Promise<number> {
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise(resolve => setImmediate(resolve));
    running--;
  };
  await Promise.all(Array.from({ length: pieces }, () => turn(work)));
  expect(running).toBe(0);
  return most;
}

test('1,024 endpoints take part at a time, and 256 connections are open', async () => {
  const { admit, takeTurn } = startRound(new AbortController().signal);
  expect(await countAtOnce(admit, 3000)).toBe(1024);
  expect(await countAtOnce(takeTurn, 1000)).toBe(256);
});

test('a round asks for nothing optional unless told, and has room for 128 MiB of answers', () => {
  const { signal } = new AbortController();
  expect(startRound(signal)).toMatchObject({
    stop: signal,
    further: [],
    failures: [],
    room: { left: 2 ** 27 },
  });
  expect(startRound(signal, ['tables']).further).toEqual(['tables']);
});

test('the end of the run ends all that runs, with its reason', async () => {
  const stop = new AbortController();
  const { running, stopped } = startRound(stop.signal);
  const [one, other, done] = [new AbortController(), new AbortController(), new AbortController()];
  for (const controller of [one, other, done]) running.add(controller);
  running.delete(done);
  stop.abort(STOPPED);
  await expect(stopped).rejects.toBe(STOPPED);
  expect([one.signal.reason, other.signal.reason]).toEqual([STOPPED, STOPPED]);
  expect(done.signal.aborted).toBe(false);
});

test('a run that had ended before ends the round at once', async () => {
  const { stopped } = startRound(AbortSignal.abort(STOPPED));
  await expect(stopped).rejects.toBe(STOPPED);
});

test('a round that is over has no listener, and the end of the run ends nothing of it', async () => {
  const stop = new AbortController();
  const { running, stopped, over } = startRound(stop.signal);
  const late = new AbortController();
  running.add(late);
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  over();
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  stop.abort(STOPPED);
  expect(late.signal.aborted).toBe(false);
  expect(await Promise.race([stopped, 'pending'])).toBe('pending');
});
