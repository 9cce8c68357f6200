import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPace } from '../../../src/sink/transport/pace.ts';
import { packetOf } from '../../helpers/packets.ts';

let milliseconds: number;

beforeEach(() => {
  milliseconds = 1000;
  vi.spyOn(process, 'uptime').mockImplementation(() => milliseconds / 1000);
});
afterEach(() => vi.restoreAllMocks());

/** A pace of one line a millisecond. */
function start() {
  const pace = startPace(1000);
  return {
    wait: () => Math.round(pace.wait()),
    send: (lines: number) => pace.count(packetOf('a 1 1\n'.repeat(lines))),
  };
}

test('lines of less than 5 ms go out at once, then each waits for those before it', () => {
  const { wait, send } = start();
  expect(wait()).toBe(0);
  send(4);
  expect(wait()).toBe(0);
  send(1);
  expect(wait()).toBe(5);
  milliseconds += 5;
  expect(wait()).toBe(0);
  send(40);
  expect(wait()).toBe(40);
});

test('time that passes meanwhile is waited for no more', () => {
  const { wait, send } = start();
  send(20);
  milliseconds += 12;
  expect(wait()).toBe(8);
  milliseconds += 4;
  expect(wait()).toBe(0);
});

test('a pause is made up for by 5 ms at most', () => {
  const { wait, send } = start();
  milliseconds += 200;
  expect(wait()).toBe(0);
  send(9);
  expect(wait()).toBe(0);
  send(1);
  expect(wait()).toBe(5);
});

test('a packet counts by its lines, whatever their length', () => {
  const pace = startPace(500);
  pace.count(packetOf(`${'x'.repeat(1000)} 1 1\n`.repeat(3)));
  expect(Math.round(pace.wait())).toBe(6);
});
