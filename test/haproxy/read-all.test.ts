import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { readAll } from '../../src/haproxy/read-all.ts';
import { playHaproxy } from '../helpers/per-test.ts';

const LIMITS = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };

test('reading leaves no listener at the signal that would have ended it', async () => {
  const { dir, socket } = await playHaproxy();
  const stop = new AbortController();
  const specs = [socket, join(dir, 'none.sock')].map(text => parseEndpoint(text));
  const { answered, failures } = await readAll(specs, LIMITS, stop.signal);
  expect([answered.length, failures.length]).toEqual([1, 1]);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('a signal that was aborted before leaves every endpoint unread, for its reason', async () => {
  const { socket } = await playHaproxy();
  const stop = AbortSignal.abort(new Error('stopped by SIGTERM'));
  const { answered, failures } = await readAll([parseEndpoint(socket)], LIMITS, stop);
  expect(answered).toEqual([]);
  expect(failures.map(({ message }) => message)).toEqual([`${socket}: stopped by SIGTERM`]);
});
