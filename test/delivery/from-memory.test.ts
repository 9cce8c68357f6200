import { expect, test } from 'vitest';
import { deliverFromMemory } from '../../src/delivery/from-memory.ts';
import { type Made, makePackets } from '../../src/delivery/make-packets.ts';
import { Failure } from '../../src/errors.ts';
import type { Packet, Sink } from '../../src/types.ts';
import { pointsOf } from '../helpers/listing.ts';
import { limitsOf, packetOf } from '../helpers/packets.ts';
import { sendLimits } from '../helpers/send-limits.ts';

const WHERE = 'tcp://graphite:2003';

const SIX = ['a', 'b', 'c', 'd', 'e', 'f'].map(path => ({ path, value: 1 }));

type Take = (packets: Iterable<Packet>, attempt: number) => void;

/** Three packets of two datapoints each. */
function* makeThree(packed: (datapoints: number) => void): Iterable<Packet> {
  for (let packet = 0; packet < 3; packet++) yield packetOf('a 1 1800000000\nb 2 1800000000\n');
  packed(6);
}

/** Delivers to somebody who takes packets as a test wants; gives the outcome and how often the packets were made. */
async function deliver(take: Take, retries = 0, signal = new AbortController().signal) {
  let made = 0;
  const sink: Sink = {
    transport: { where: WHERE, limits: limitsOf(1432), send: async () => undefined },
    limits: sendLimits({ retries, interval: 1 }),
    encode: (_points, { packed }) => {
      made++;
      return makeThree(packed);
    },
  };
  const packets: Made = makePackets(sink, () => pointsOf(SIX));
  const waits: number[] = [];
  let attempts = 0;
  const outcome = await deliverFromMemory(packets, {
    limits: sink.limits,
    signal,
    send: async packets => take(packets, ++attempts),
    onFailure: (_error, wait) => waits.push(wait),
  });
  const failures = outcome.failures.map(({ code, message }) => `${code} ${message}`);
  return { ...outcome, failures, made, waits };
}

function refuse(packets: Iterable<Packet>, after: number): never {
  let taken = 0;
  if (after > 0) for (const _ of packets) if (++taken >= after) break;
  throw new Failure('deliver', WHERE, 'the connection was reset');
}

test('a run that is taken is sent, made once and counted whole', async () => {
  expect(await deliver(packets => void [...packets])).toEqual({
    failures: [],
    sent: 6,
    spooled: 0,
    dropped: 0,
    waiting: undefined,
    made: 1,
    waits: [],
  });
});

test.each([0, 1, 2, 3])(
  'a run that is lost after %d packets is counted whole, and is made once for each attempt',
  async after => {
    expect(await deliver(packets => refuse(packets, after), 2)).toEqual({
      failures: [`deliver ${WHERE}: the connection was reset; 6 datapoints are lost`],
      sent: 0,
      spooled: 0,
      dropped: 6,
      waiting: undefined,
      made: 3,
      waits: [1, 1],
    });
  },
);

test('an attempt after one that took a part gets all packets', async () => {
  const taken: number[] = [];
  const outcome = await deliver((packets, attempt) => {
    if (attempt === 1) refuse(packets, 2);
    taken.push([...packets].length);
  }, 1);
  expect(taken).toEqual([3]);
  expect(outcome).toMatchObject({ sent: 6, dropped: 0, failures: [] });
});

test('a run that is stopped is lost without another attempt', async () => {
  const stop = new AbortController();
  const outcome = await deliver(
    packets => {
      stop.abort(new Error('stopped by SIGTERM'));
      refuse(packets, 1);
    },
    3,
    stop.signal,
  );
  expect(outcome).toMatchObject({ made: 1, dropped: 6, waits: [] });
});

test('what is lost is not encoded to be counted: at a deadline there is no time for it', async () => {
  let taken = 0;
  const outcome = await deliver(packets => {
    for (const _ of packets) {
      taken++;
      throw new Failure('deliver', WHERE, 'the deadline of 2 s was reached');
    }
  });
  expect([taken, outcome.dropped]).toEqual([1, 6]);
});

test('a mistake in this program is thrown, not counted', async () => {
  const broken = deliver(() => {
    throw new TypeError('x is undefined');
  });
  await expect(broken).rejects.toThrow(new TypeError('x is undefined'));
});
