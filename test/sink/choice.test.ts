import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Backend } from '../../src/plan.ts';
import { openSink } from '../../src/sink/choice.ts';
import type { Packet, Sink } from '../../src/types.ts';
import { collect } from '../helpers/collect.ts';
import { pointsOf } from '../helpers/listing.ts';
import { sendLimits } from '../helpers/send-limits.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS = sendLimits({ retries: 3 });
const NEVER = new AbortController().signal;

async function open(backend: Backend, print?: NodeJS.WritableStream): Promise<Sink> {
  return await openSink({ backend, scope: 'lb', limits: LIMITS }, 1_800_000_000, print);
}

function encode(sink: Sink, path: string): { packets: Packet[]; refused: string[] } {
  const refused: string[] = [];
  const told = { refuse: (start: string) => refused.push(start), packed: () => undefined };
  return { packets: [...sink.encode(pointsOf([{ path, value: 7 }]), told)], refused };
}

const HOST = { host: 'h', port: 1 };

test.each<[Backend, object]>([
  [
    { type: 'graphite', protocol: 'tcp', ...HOST },
    { where: 'tcp://h:1', line: 16_384, success: 'delivered', text: 'a 7 1800000000\n' },
  ],
  [
    { type: 'graphite', protocol: 'tls', ...HOST },
    { where: 'tls://h:1', line: 16_384, success: 'delivered', text: 'a 7 1800000000\n' },
  ],
  [
    { type: 'graphite', protocol: 'udp', ...HOST },
    { where: 'udp://h:1', line: 1432, success: 'sent, which UDP cannot confirm', text: 'a 7 1800000000\n' },
  ],
  [
    { type: 'statsd', protocol: 'udp', ...HOST },
    { where: 'udp://h:1', line: 1432, success: 'sent, which UDP cannot confirm', text: 'a:7|g\n' },
  ],
  [
    { type: 'statsd', protocol: 'unix', path: '/run/d' },
    { where: 'unix:///run/d', line: 8192, success: 'handed to the receiver', text: 'a:7|g\n' },
  ],
  [
    { type: 'graphite', protocol: 'file', directory: '/store' },
    {
      where: '/store/1800000000/stats',
      line: 16_384,
      success: 'delivered',
      text: 'a 7 1800000000\n',
    },
  ],
])('a destination %j has its own name, limits, words and lines', async (backend, expected) => {
  const sink = await open(backend);
  const { where, limits } = sink.transport;
  const text = encode(sink, 'a').packets.join('');
  expect({ where, line: limits.line, success: sink.success, text }).toEqual(expected);
  expect(sink.limits).toBe(LIMITS);
});

test('lines are refused that are longer than the transport takes', async () => {
  const sink = await open({ type: 'graphite', protocol: 'udp', ...HOST });
  expect(encode(sink, 'x'.repeat(1432)).refused).toEqual(['x'.repeat(200)]);
});

test('a dry run prints the same packets, is tried once, and has no success to tell', async () => {
  const output = collect();
  const sink = await open({ type: 'graphite', protocol: 'udp', ...HOST }, output);
  expect(sink).toMatchObject({ transport: { where: 'udp://h:1' }, limits: { ...LIMITS, retries: 0 } });
  expect(sink).not.toHaveProperty('success');
  await sink.transport.send(encode(sink, 'a').packets, NEVER);
  expect(output.text()).toBe('a 7 1800000000\n');
});

test('opening makes no connection and no file; sending does', async () => {
  const directory = join(await tempDir(), 'store');
  const sink = await open({ type: 'graphite', protocol: 'file', directory });
  expect(() => readFileSync(sink.transport.where)).toThrow('ENOENT');
  await sink.transport.send(encode(sink, 'a').packets, NEVER);
  expect(readFileSync(sink.transport.where, 'utf8')).toBe('a 7 1800000000\n');
});
