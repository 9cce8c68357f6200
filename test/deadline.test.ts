import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { now } from '../src/clock.ts';
import { endInTime, startDeadline } from '../src/deadline.ts';

const never = new AbortController().signal;
const hanging = (): Promise<never> => new Promise(() => undefined);
const ADVICE = 'and something does not end: does a file system (NFS, FUSE) that a path leads to not answer?';

test('work that ends in time is handed on, also if it fails', async () => {
  expect(await endInTime(Promise.resolve(7), now() + 5000, never)).toBe(7);
  await expect(endInTime(Promise.reject(new Error('odd')), now() + 5000, never)).rejects.toThrow('odd');
});

test('work that hears no signal is abandoned shortly after the deadline', async () => {
  const deadline = Math.round(now()) + 50;
  await expect(endInTime(hanging(), deadline, never)).rejects.toThrow(
    `the run: the deadline of ${deadline / 1000} s was reached, ${ADVICE}`,
  );
});

test('work that hears no signal is abandoned a second after the process was told to stop', async () => {
  const stop = new AbortController();
  const work = endInTime(hanging(), now() + 60_000, stop.signal);
  stop.abort(new Error('stopped by SIGTERM'));
  await expect(work).rejects.toThrow(`the run: stopped by SIGTERM, ${ADVICE}`);
});

test('the deadline aborts with a TimeoutError, the signal from outside with its own reason', async () => {
  const deadline = startDeadline(now() + 20, never);
  await sleep(60);
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });

  const stop = new AbortController();
  const other = startDeadline(now() + 60_000, stop.signal);
  stop.abort(new Error('stopped by SIGINT'));
  expect(other.signal.reason).toEqual(new Error('stopped by SIGINT'));
  other.clear();
});

test('a deadline that is cleared aborts nothing', async () => {
  const deadline = startDeadline(now() + 20, never);
  deadline.clear();
  await sleep(60);
  expect(deadline.signal.aborted).toBe(false);
});
