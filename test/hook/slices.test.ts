import { expect, test } from 'vitest';
import { inSlices } from '../../src/hook/slices.ts';

test('long work lets timers strike, and ends when it is told to', async () => {
  const controller = new AbortController();
  const takeTurn = inSlices(controller.signal);
  const struck: number[] = [];
  const from = performance.now();
  const clock = setInterval(() => struck.push(performance.now() - from), 20);
  setTimeout(() => controller.abort(new Error('enough')), 200);
  const work = async (): Promise<void> => {
    while (performance.now() - from < 5000) await takeTurn();
  };
  await expect(work()).rejects.toThrow('enough');
  clearInterval(clock);
  expect(performance.now() - from).toBeLessThan(1000);
  expect(struck.length).toBeGreaterThan(3);
});
