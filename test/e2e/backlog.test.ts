import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSpool } from '../../src/spool/open.ts';
import type { Packet } from '../../src/types.ts';
import { packetOf } from '../helpers/packets.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';

const DATAPOINTS = 1_000_000;

test('a million datapoints drain in less than 150 MB', async () => {
  const { dir, socket } = await playHaproxy();
  let lines = 0;
  const receiver = createServer(socket =>
    socket.on('data', chunk => {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    }),
  );
  onTestFinished(() => void receiver.close());
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;

  const backend = { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port } as const;
  const spool = openSpool(join(dir, 'spool'), backend, failure => expect.fail(failure.message));
  for (const batch of spool.keep(1_800_000_000, makeLines())) batch.release();

  const args = ['--type', 'G', '--backend', `127.0.0.1:${port}`, '--sockets', socket];
  const ran = await runBin([...args, '--spool', join(dir, 'spool')], { timeoutMs: 60_000 });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(lines).toBe(DATAPOINTS + 848);
  expect(spool.measure().batches).toBe(0);
  expect(ran.peakRssMb).toBeLessThan(150);
  console.log(`${DATAPOINTS} datapoints in ${ran.seconds.toFixed(1)} s and ${ran.peakRssMb.toFixed(0)} MB`);
}, 90_000);

/** A packet of 100 lines of about 76 bytes. */
function* makeLines(): Iterable<Packet> {
  for (let first = 0; first < DATAPOINTS; first += 100) {
    let packet = '';
    for (let index = first; index < first + 100; index++)
      packet += `haproxy.loadbalancer1.1.backend_application.server${index}.hrsp_2xx ${index} 1800000000\n`;
    yield packetOf(packet);
  }
}
