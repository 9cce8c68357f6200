import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeRoom, type Room, startPhases } from '../../src/haproxy/phases.ts';

const MIB = 2 ** 20;
const LIMITS = { retries: 0, connectTimeout: 20, interval: 0, total: 80 };

function start(room: Room = makeRoom(), total = new AbortController().signal) {
  const faults: string[] = [];
  return { faults, phases: startPhases(LIMITS, total, room, fault => faults.push(fault)) };
}

test('a connection that takes too long is told, one that stands is not', async () => {
  const [late, quick] = [start(), start()];
  quick.phases.connected();
  await sleep(60);
  expect(late.faults).toEqual(['no connection within 0.02 s (timeout)']);
  expect(quick.faults).toEqual([]);
});

test('an answer that is not there in time is told with the bytes that came', () => {
  const total = new AbortController();
  const [silent, slow, done] = [0, 1, 2].map(() => start(makeRoom(), total.signal));
  for (const one of [silent, slow, done]) one?.phases.connected();
  slow?.phases.received(7);
  done?.phases.over();
  total.abort();
  expect(silent?.faults).toEqual(['no answer within 0.08 s (pull-timeout)']);
  expect(slow?.faults).toEqual(['only 7 bytes of the answer within 0.08 s (pull-timeout)']);
  expect(done?.faults).toEqual([]);
});

test('an answer has a largest size, and so have all together; the first MiB of each is free', () => {
  const room = makeRoom();
  const first = start(room);
  first.phases.received(64 * MIB);
  expect([first.faults, room.left]).toEqual([[], 65 * MIB]);
  const second = start(room);
  second.phases.received(64 * MIB);
  const third = start(room);
  third.phases.received(4 * MIB);
  expect(third.faults).toEqual(['the answers of all endpoints are larger than 128 MiB']);
  expect(room.left).toBe(2 * MIB);
  first.phases.received(1);
  expect(first.faults).toEqual(['the answer is larger than 64 MiB']);
  for (const { phases } of [first, second, third]) phases.over();
});
