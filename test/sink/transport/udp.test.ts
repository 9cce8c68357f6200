import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { udpTransport } from '../../../src/sink/transport/udp.ts';
import type { Packet } from '../../../src/types.ts';
import { freePort, waitFor } from '../../../tools/players/process.ts';
import { type Receiver, startReceiver } from '../../../tools/players/receiver.ts';
import { packetOf, packetsOf } from '../../helpers/packets.ts';
import { sendLimits } from '../../helpers/send-limits.ts';

const LIMITS = sendLimits({});
const NEVER = new AbortController().signal;

let receiver: Receiver | undefined;

afterEach(async () => {
  await receiver?.stop();
  receiver = undefined;
});

function transport(port: number, udpRate = LIMITS.udpRate) {
  return udpTransport({ type: 'graphite', protocol: 'udp', host: '127.0.0.1', port }, { ...LIMITS, udpRate });
}

describe('a delivery over UDP', () => {
  it('is one datagram a packet', async () => {
    const { port, datagrams, stop } = await startReceiver();
    receiver = { stop } as Receiver;
    await transport(port).send(packetsOf(['a 1 1\nb 2 1\n', 'c 3 1\n']), NEVER);
    await waitFor(() => datagrams().length === 2, 'two datagrams', 2000);
    expect(datagrams().map(String)).toEqual(['a 1 1\nb 2 1\n', 'c 3 1\n']);
  });

  it('keeps to its pace', async () => {
    receiver = await startReceiver();
    const packets = Array.from({ length: 30 }, () => packetOf('a 1 1\n'.repeat(10)));
    const begin = performance.now();
    await transport(receiver.port, 1000).send(packets, NEVER);
    // 300 lines at 1,000 a second; the last packet waits for the 290 before it, and may go out 5 ms early.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(280);
  });

  it('makes up for a pause in no burst', async () => {
    receiver = await startReceiver();
    let begin = 0;
    function* pausing(): Iterable<Packet> {
      yield packetOf('a 1 1\n');
      const until = performance.now() + 200;
      while (performance.now() < until);
      begin = performance.now();
      for (let packet = 0; packet < 20; packet++) yield packetOf('a 1 1\n'.repeat(10));
    }
    await transport(receiver.port, 1000).send(pausing(), NEVER);
    // 200 ms' worth: nobody waits after the last 10, 5 may go out early, 5 are made up for.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(180);
  });

  it('finds the address of a name that something listens on', async () => {
    receiver = await startReceiver();
    const hosts = ['localhost', '127.0.0.1'];
    for (const host of hosts) {
      const backend = { type: 'statsd', protocol: 'udp', host, port: receiver.port } as const;
      await udpTransport(backend, LIMITS).send(packetsOf(['a:1|g\n', 'b:1|g\n']), NEVER);
    }
    await waitFor(() => receiver?.datagrams().length === 4, 'four datagrams', 2000);
  });

  it('fails when the host says that nothing listens', async () => {
    const port = await freePort();
    await expect(transport(port).send(packetsOf(['a 1 1\n']), NEVER)).rejects.toThrow(
      `udp://127.0.0.1:${port}: connection refused: nothing listens there`,
    );
  });

  it('fails when the deadline comes first', async () => {
    receiver = await startReceiver();
    const deadline = new AbortController();
    const packets = Array.from({ length: 100 }, () => packetOf('a 1 1\n'.repeat(10)));
    const sending = transport(receiver.port, 100).send(packets, deadline.signal);
    await sleep(50);
    deadline.abort(new Error('the deadline of 1 s was reached'));
    await expect(sending).rejects.toThrow(
      `udp://127.0.0.1:${receiver.port}: the deadline of 1 s was reached`,
    );
  });

  it('fails when the deadline comes first at a pace that asks for no pause', async () => {
    receiver = await startReceiver();
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline of 1 s was reached')), 20);
    function* endless(): Iterable<Packet> {
      for (;;) yield packetOf('a 1 1\n');
    }
    await expect(transport(receiver.port, 1e9).send(endless(), deadline.signal)).rejects.toThrow(
      `udp://127.0.0.1:${receiver.port}: the deadline of 1 s was reached`,
    );
  });

  it('takes no more packets after a failure, and says so to who makes them', async () => {
    let isOver = false;
    function* packets(): Iterable<Packet> {
      try {
        for (;;) yield packetOf('a 1 1\n');
      } finally {
        isOver = true;
      }
    }
    await expect(transport(await freePort()).send(packets(), NEVER)).rejects.toThrow('connection refused');
    expect(isOver).toBe(true);
  });

  it('leaves no open socket where the system refuses an address', async () => {
    const backend = { type: 'graphite', protocol: 'udp', host: '255.255.255.255', port: 2003 } as const;
    await expect(udpTransport(backend, LIMITS).send(packetsOf(['a 1 1\n']), NEVER)).rejects.toThrow(
      'udp://255.255.255.255:2003: permission denied',
    );
    const isOpen = () => process.getActiveResourcesInfo().some(name => /^udp/i.test(name));
    await waitFor(() => !isOpen(), 'no open socket', 2000);
  });

  it('fails when the name is unknown', async () => {
    const backend = { type: 'statsd', protocol: 'udp', host: 'statsd.invalid', port: 8125 } as const;
    await expect(udpTransport(backend, LIMITS).send(packetsOf(['a:1|g\n']), NEVER)).rejects.toThrow(
      /^udp:\/\/statsd\.invalid:8125: the name (is unknown|could not be looked up)/,
    );
  });
});
