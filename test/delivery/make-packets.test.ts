import { expect, test } from 'vitest';
import { makePackets } from '../../src/delivery/make-packets.ts';
import { encodeGraphite } from '../../src/sink/encode/graphite.ts';
import type { PointTable, Sink } from '../../src/types.ts';
import { pointsOf } from '../helpers/listing.ts';
import { limitsOf } from '../helpers/packets.ts';
import { sendLimits } from '../helpers/send-limits.ts';

const LONG = 'x'.repeat(100);

/** A destination whose lines have 80 bytes at most. */
const SINK: Sink = {
  transport: { where: 'tcp://g:2003', limits: limitsOf(80), send: async () => undefined },
  limits: sendLimits({}),
  encode: (points, told) => encodeGraphite(points, { timestamp: 7, limits: limitsOf(80), ...told }),
};

function make(...paths: string[]) {
  return makePackets(SINK, () => pointsOf(paths.map(path => ({ path, value: 1 }))));
}

test('nothing is made or counted before packets are taken', () => {
  const made = makePackets(SINK, () => expect.fail('points were made'));
  expect([made.packed(), made.refused()]).toEqual([0, { datapoints: 0, example: '' }]);
});

test('datapoints packed and refused are counted, with the path of the first that was refused', () => {
  const made = make('a', `${LONG}1`, 'b', `${LONG}2`);
  expect([...made.packets()].join('')).toBe('a 1 7\nb 1 7\n');
  expect(made.packed()).toBe(2);
  expect(made.refused()).toEqual({ datapoints: 2, example: `${LONG}1` });
});

test('the total counts each place of each value, without a packet', () => {
  const place = { prefix: 'p', before: '', after: '' };
  const table: PointTable = {
    places: [[place, place], [place]],
    fields: ['a', 'b'].map(name => ({ name, tag: '' })),
    values: [Float64Array.of(1, Number.NaN), Float64Array.of(2, 3)],
  };
  const sink: Sink = { ...SINK, encode: () => expect.fail('packets were made') };
  expect(makePackets(sink, () => [table, table]).total()).toBe(10);
});

test('each time the packets are made anew, and counted anew', () => {
  let times = 0;
  const made = makePackets(SINK, (): PointTable[] =>
    pointsOf([
      { path: `${LONG}${++times}`, value: 1 },
      { path: 'a', value: times },
    ]),
  );
  expect([...made.packets()].join('')).toBe('a 1 7\n');
  expect([...made.packets()].join('')).toBe('a 2 7\n');
  expect(made.packed()).toBe(1);
  expect(made.refused()).toEqual({ datapoints: 1, example: `${LONG}2` });
});

test('packets that nobody takes to the end leave the count of the time before', () => {
  const made = make('a', 'b');
  expect([...made.packets()]).toHaveLength(1);
  made.packets()[Symbol.iterator]().next();
  expect(made.packed()).toBe(2);
});
