import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliver } from '../../src/delivery/deliver.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { Failure } from '../../src/errors.ts';
import { openSpool } from '../../src/spool/open.ts';
import type { Packet, Sink, Spool } from '../../src/types.ts';
import { pointsOf } from '../helpers/listing.ts';
import { packetOf } from '../helpers/packets.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const WHERE = 'tcp://graphite:2003';
const LIMITS = { line: 16_384, packet: 262_144 };

/** Three packets of two datapoints each; counts how often they are made. */
class Encoding {
  made = 0;
  readonly encode: Sink['encode'] = (_points, { packed }) => {
    this.made++;
    return (function* () {
      for (let packet = 0; packet < 3; packet++) yield packetOf('a 1 1800000000\nb 2 1800000000\n');
      packed(6);
    })();
  };
}

/** A destination; `take` is given what arrives. */
function sinkOf(encoding: Encoding, take: (packets: Iterable<Packet>) => Promise<void>, retries = 0): Sink {
  return {
    transport: { where: WHERE, limits: LIMITS, send: take },
    limits: sendLimits({ retries, interval: 1 }),
    encode: encoding.encode,
  };
}

const takeAll = async (packets: Iterable<Packet>): Promise<void> => void [...packets];

/** Refuses after so many packets. */
function refuseAfter(count: number): (packets: Iterable<Packet>) => Promise<void> {
  return async packets => {
    let taken = 0;
    for (const _ of packets) if (++taken >= count) break;
    throw new Failure('deliver', WHERE, 'the connection was reset');
  };
}

function delivery(own: Partial<Delivery> = {}): Delivery {
  return {
    timestamp: 1_800_000_000,
    signal: new AbortController().signal,
    deadline: Number.POSITIVE_INFINITY,
    queueSize: 1_000_000,
    ...own,
  };
}

function messages({ failures }: { readonly failures: readonly Failure[] }): string[] {
  return failures.map(({ code, message }) => `${code} ${message}`);
}

async function spoolOf(): Promise<Spool> {
  const backend = { type: 'graphite', protocol: 'tcp', host: 'graphite', port: 2003 } as const;
  return openSpool(join(await tempDir(), 'spool'), backend, failure => expect.fail(failure.message));
}

const SIX = ['a', 'b', 'c', 'd', 'e', 'f'].map(path => ({ path, value: 1 }));

test('a delivery from memory counts what was sent', async () => {
  const outcome = await deliver(sinkOf(new Encoding(), takeAll), () => [], delivery());
  expect(outcome).toEqual({ failures: [], sent: 6, spooled: 0, dropped: 0, waiting: undefined });
});

test('a run without a spool that cannot be delivered is lost', async () => {
  const encoding = new Encoding();
  const outcome = await deliver(sinkOf(encoding, refuseAfter(1), 2), () => pointsOf(SIX), delivery());
  expect(outcome).toMatchObject({ sent: 0, spooled: 0, dropped: 6, waiting: undefined });
  expect(messages(outcome)).toEqual([`deliver ${WHERE}: the connection was reset; 6 datapoints are lost`]);
  expect(encoding.made).toBe(3);
});

test('a run that cannot be delivered waits in the spool', async () => {
  const spool = await spoolOf();
  const encoding = new Encoding();
  const outcome = await deliver(sinkOf(encoding, refuseAfter(1)), () => [], delivery({ spool }));
  expect(outcome).toMatchObject({ sent: 0, spooled: 6, dropped: 0, waiting: { batches: 1, datapoints: 6 } });
  expect(messages(outcome)).toEqual([
    `kept ${WHERE}: the connection was reset; 6 datapoints wait in ${spool.where}`,
  ]);
  expect(encoding.made).toBe(1);
});

test('a run that the spool cannot keep is delivered from memory, and the backlog after it', async () => {
  const spool = await spoolOf();
  for (const batch of spool.keep(1_799_999_940, [packetOf('c 1 1799999940\n')])) batch.release();
  const keep = (): never => {
    throw new Failure('spool', spool.where, 'this run cannot be kept: no space is left on the disk');
  };
  const outcome = await deliver(
    sinkOf(new Encoding(), takeAll),
    () => [],
    delivery({ spool: { ...spool, keep } }),
  );
  expect(outcome).toMatchObject({ sent: 7, spooled: 0, dropped: 0, waiting: { datapoints: 0 } });
  expect(messages(outcome)).toEqual([
    `spool ${spool.where}: this run cannot be kept: no space is left on the disk`,
  ]);
  expect(readdirSync(spool.where)).toEqual([]);
});

test.each([
  ['no failure at the deadline', new DOMException('the deadline of 1 s was reached', 'TimeoutError'), []],
  ['a signal', new Error('stopped by SIGTERM'), [`kept ${WHERE}: stopped by SIGTERM; 1 datapoints wait in `]],
])('a backlog that is longer than the run is %s', async (_what, reason, said) => {
  const spool = await spoolOf();
  for (const batch of spool.keep(1_799_999_940, [packetOf('c 1 1799999940\n')])) batch.release();
  const stop = new AbortController();
  const told: string[] = [];
  const take = async (packets: Iterable<Packet>): Promise<void> => {
    const [first = ''] = [...packets].map(String);
    if (!first.startsWith('c')) return;
    stop.abort(reason);
    throw new Failure('deliver', WHERE, reason.message);
  };
  const outcome = await deliver(
    sinkOf(new Encoding(), take),
    () => [],
    // The run's own batch goes first, since half of its time is over.
    delivery({ spool, signal: stop.signal, deadline: 0, tell: text => told.push(text) }),
  );
  expect(outcome).toMatchObject({ sent: 6, spooled: 0, dropped: 0, waiting: { datapoints: 1 } });
  expect(messages(outcome)).toEqual(said.map(text => `${text}${spool.where}`));
  const isTold = told.includes(`${WHERE}: ${reason.message}; 1 datapoints wait in ${spool.where}`);
  expect(isTold).toBe(said.length === 0);
});
