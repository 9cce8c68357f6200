import { expect, test } from 'vitest';
import type { Delivery, Sending } from '../../src/delivery/delivery.ts';
import { makePackets } from '../../src/delivery/make-packets.ts';
import { deliverThroughSpool, keepRun } from '../../src/delivery/through-spool.ts';
import { Failure } from '../../src/errors.ts';
import type { Batch, Packet, Sink, Spool } from '../../src/types.ts';
import { limitsOf, packetsOf } from '../helpers/packets.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { line, openSpoolAt } from '../helpers/spool.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const WHERE = 'tcp://graphite:2003';
const NOW = 1_800_000_000;

/** A spool, what a verbose run was told, and ways to keep and to send. */
async function setUp(own: Partial<Delivery> = {}) {
  const spool = openSpoolAt(await tempDir());
  const steps: string[] = [];
  const delivery: Delivery = {
    timestamp: NOW,
    signal: new AbortController().signal,
    deadline: Number.POSITIVE_INFINITY,
    queueSize: 1000,
    tell: step => steps.push(step.replace(spool.where, 'SPOOL')),
    ...own,
  };
  const keep = (timestamp: number, ...lines: string[]): readonly Batch[] =>
    spool.keep(timestamp, packetsOf(lines));
  const wait = (...kept: Parameters<typeof keep>): void => {
    for (const batch of keep(...kept)) batch.release();
  };
  const send = async (batches: readonly Batch[], take: Sending['send'], longest = 16_384) => {
    const { signal } = delivery;
    const sending = { limits: sendLimits({}), signal, send: take, onFailure: () => undefined };
    const outcome = await deliverThroughSpool(spool, batches, limitsOf(longest), sending, delivery);
    const failures = outcome.failures.map(({ code, message }) =>
      `${code} ${message}`.replaceAll(spool.where, 'SPOOL'),
    );
    return { ...outcome, failures };
  };
  return { spool, steps, delivery, keep, wait, send };
}

const takeAll = async (packets: Iterable<Packet>): Promise<void> => void [...packets];
const refuseAll = async (): Promise<never> => {
  throw new Failure('deliver', WHERE, 'connection refused');
};

function makeLines(...lines: string[]) {
  const sink: Sink = {
    transport: { where: WHERE, limits: limitsOf(1432), send: takeAll },
    limits: sendLimits({}),
    encode: () => packetsOf(lines),
  };
  return makePackets(sink, () => []);
}

test('a run is kept at its timestamp and told; without datapoints there is nothing to tell', async () => {
  const { spool, steps, delivery } = await setUp();
  const { batches, failures } = keepRun(spool, makeLines(line(1, NOW), line(2, NOW)), delivery);
  expect(batches?.map(({ timestamp, datapoints }) => [timestamp, datapoints])).toEqual([[NOW, 2]]);
  expect(keepRun(spool, makeLines(), delivery)).toEqual({ batches: [], failures: [] });
  expect([failures, steps]).toEqual([[], ['SPOOL: 2 datapoints kept']]);
});

test('a spool that cannot keep a run is a failure without batches; a mistake in this program is thrown', async () => {
  const { spool, delivery } = await setUp();
  const full = new Failure('spool', spool.where, 'no space is left on the disk');
  const refuse = (error: Error): Spool => ({
    ...spool,
    keep: () => {
      throw error;
    },
  });
  expect(keepRun(refuse(full), makeLines(), delivery)).toEqual({ failures: [full] });
  expect(() => keepRun(refuse(new TypeError('x')), makeLines(), delivery)).toThrow(new TypeError('x'));
});

test('the backlog and the own run are sent, counted, and told with the oldest’s time', async () => {
  const { steps, keep, wait, send } = await setUp();
  wait(NOW - 60, line(1, NOW - 60), line(2, NOW - 60));
  const outcome = await send(keep(NOW, line(3, NOW)), takeAll);
  expect(outcome).toEqual({
    failures: [],
    sent: 3,
    spooled: 0,
    dropped: 0,
    waiting: { batches: 0, datapoints: 0, oldest: undefined },
  });
  expect(steps).toEqual([
    'SPOOL: sending 2 datapoints, the oldest of 2027-01-15T07:59:00Z',
    'SPOOL: sending 1 datapoints, the oldest of 2027-01-15T08:00:00Z',
  ]);
});

test('what is not delivered waits, and the oldest above queue-size are lost', async () => {
  const { keep, wait, send } = await setUp({ queueSize: 3 });
  wait(NOW - 60, line(1, NOW - 60), line(2, NOW - 60));
  const outcome = await send(keep(NOW, line(3, NOW), line(4, NOW)), refuseAll);
  expect(outcome).toEqual({
    failures: [
      'deliver SPOOL: 2 datapoints are lost, the oldest: more than 3 were waiting (queue-size)',
      `kept ${WHERE}: connection refused; 2 datapoints wait in SPOOL`,
    ],
    sent: 0,
    spooled: 2,
    dropped: 2,
    waiting: { batches: 1, datapoints: 2, oldest: NOW },
  });
});

test('lines of a batch that are too long for the destination are lost, each once, with the first one’s start', async () => {
  const { keep, send } = await setUp();
  const [first, second] = ['x', 'y'].map(letter => `${letter.repeat(200)} 1 ${NOW}\n`);
  const got: string[] = [];
  const take = async (packets: Iterable<Packet>): Promise<void> =>
    void got.push(...Array.from(packets, String));
  const outcome = await send(keep(NOW, `${first}${line(1, NOW)}${second}`), take, 100);
  expect(got.join('')).toBe(line(1, NOW));
  expect(outcome).toMatchObject({ dropped: 2, waiting: { datapoints: 0 } });
  expect(outcome.failures).toEqual([
    `deliver SPOOL: 2 datapoints are lost, their lines are longer than 100 bytes: ${'x'.repeat(80)}...`,
  ]);
});

test('a spool that cannot be trimmed or measured costs neither what was sent nor the count so far', async () => {
  const { spool, delivery, keep } = await setUp();
  const broken = new Failure('spool', spool.where, 'cannot be read: the disk does not work');
  const measure = (): never => {
    throw broken;
  };
  const sending: Sending = {
    limits: sendLimits({}),
    signal: delivery.signal,
    send: takeAll,
    onFailure: () => undefined,
  };
  const limits = limitsOf(16_384);
  expect(
    await deliverThroughSpool({ ...spool, measure }, keep(NOW, line(1, NOW)), limits, sending, delivery),
  ).toEqual({ failures: [broken], sent: 1, spooled: 0, dropped: 0, waiting: undefined });
});
