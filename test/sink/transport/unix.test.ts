import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Failure } from '../../../src/errors.ts';
import type { SendLimits } from '../../../src/plan.ts';
import { unixTransport } from '../../../src/sink/transport/unix.ts';
import type { Packet } from '../../../src/types.ts';
import { startDatagramSocket } from '../../helpers/odd-socket.ts';
import { packetOf, packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { compileSources, installSources, receiveAt } from '../../helpers/unix-dgram.ts';

vi.setConfig({ hookTimeout: 120_000 }); // npm's compiler

const NEVER = new AbortController().signal;
const dir = await tempDir();
let dgram: ReturnType<typeof compileSources>;

// The package itself, from where it is compiled.
vi.mock('unix-dgram', () => dgram);

beforeAll(() => {
  installSources(dir);
  dgram = compileSources(dir);
});

async function send(
  path: string,
  packets: Iterable<Packet>,
  limits: Partial<SendLimits> = {},
  signal = NEVER,
): Promise<string> {
  const error = await unixTransport({ type: 'statsd', protocol: 'unix', path }, sendLimits(limits))
    .send(packets, signal)
    .catch((thrown: unknown) => thrown);
  if (error === undefined) return 'sent';
  expect(error).toBeInstanceOf(Failure);
  return (error as Failure).message.replace(path, 'PATH');
}

const receive = (path: string): readonly string[] => receiveAt(dgram, path);

test('a packet is a datagram of 8,192 bytes at most', async () => {
  const path = join(dir, 'd.sock');
  const { where, limits } = unixTransport({ type: 'statsd', protocol: 'unix', path }, sendLimits({}));
  expect({ where, limits }).toEqual({ where: `unix://${path}`, limits: { line: 8192, packet: 8192 } });
  const datagrams = receive(path);
  const largest = 'x'.repeat(8192);
  expect(await send(path, packetsOf(['a:1|g\nb:2|g\n', largest]))).toBe('sent');
  await vi.waitFor(() => expect(datagrams).toEqual(['a:1|g\nb:2|g\n', largest]));
});

test('datagrams go out at the pace of UDP', async () => {
  const path = join(dir, 'pace.sock');
  receive(path);
  const begin = performance.now();
  const packets = Array.from({ length: 11 }, () => packetOf('a:1|g\n'.repeat(10)));
  expect(await send(path, packets, { udpRate: 1000 })).toBe('sent');
  // 100 lines at 1,000 a second before the last packet, which may go out 5 ms early.
  expect(performance.now() - begin).toBeGreaterThanOrEqual(90);
});

test('a socket that is not there, that nobody reads, or that is a stream is told as such', async () => {
  const packets = packetsOf(['a:1|g\n']);
  expect(await send(join(dir, 'none'), packets)).toBe(
    'unix://PATH: there is no such socket: is the receiver running?',
  );
  const left = join(dir, 'left.sock');
  await (await startDatagramSocket(left))();
  expect(await send(left, packets)).toBe(
    'unix://PATH: nothing reads from this socket: is the receiver running?',
  );
  const stream = join(dir, 'stream.sock');
  const server = createServer().listen(stream);
  onTestFinished(() => void server.close());
  expect(await send(stream, packets)).toBe('unix://PATH: it is no socket for datagrams');
});

test('a datagram that the socket cannot take is told', async () => {
  const path = join(dir, 'large.sock');
  receive(path);
  expect(await send(path, [Buffer.alloc(8 * 1024 * 1024)])).toBe(
    'unix://PATH: a datagram is larger than the socket takes',
  );
});

test('where the buffer is full the run waits until the receiver reads, as long as write-timeout says', async () => {
  const path = join(dir, 'full.sock');
  onTestFinished(await startDatagramSocket(path));
  const packets = Array.from({ length: 2000 }, () => packetOf('a:1|g\n'));
  const limits = { udpRate: 1e9, writeTimeout: 200 };
  expect(await send(path, packets, limits)).toBe(
    'unix://PATH: its buffer is full, and the receiver did not read for 0.2 s (write-timeout)',
  );
});

test('the end of the run is its reason, while a pause lasts and while a buffer is full', async () => {
  const path = join(dir, 'stopped.sock');
  onTestFinished(await startDatagramSocket(path));
  const packets = Array.from({ length: 2000 }, () => packetOf('a:1|g\n'));
  for (const udpRate of [0.1, 1e9]) {
    const stop = new AbortController();
    const sending = send(path, packets, { udpRate, writeTimeout: 60_000 }, stop.signal);
    await sleep(100);
    stop.abort(new Error('the deadline of 1 s was reached'));
    expect(await sending).toBe('unix://PATH: the deadline of 1 s was reached');
  }
});
