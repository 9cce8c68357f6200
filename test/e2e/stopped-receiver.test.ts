import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSpool } from '../../src/spool/open.ts';
import { freePort } from '../../tools/players/process.ts';
import { packetOf } from '../helpers/packets.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';

const TIMESTAMP = 1_800_000_000;

/** Lines that a lagging receiver has read by the time that SIGTERM ends it. */
async function receive(port: number, milliseconds: Promise<unknown>): Promise<string[]> {
  const receiver = spawn('/usr/bin/python3', ['test/helpers/lagging-receiver.py', String(port)]);
  let text = '';
  receiver.stdout.on('data', chunk => (text += chunk));
  await once(receiver.stdout, 'data');
  void milliseconds.then(() => receiver.kill('SIGTERM'));
  await once(receiver, 'close');
  return text.split('\n').slice(1, -1);
}

test('a receiver that is stopped while it lags has read all that is no longer kept', async () => {
  const { dir, socket } = await playHaproxy();
  for (let round = 0; round < 6; round++) {
    const port = await freePort();
    const root = join(dir, `spool${round}`);
    const backend = { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port } as const;
    const names = Array.from({ length: 60_000 }, (_, index) => `backlog.m${index} 1 ${TIMESTAMP}\n`);
    const packets = Array.from({ length: 60 }, (_, part) =>
      packetOf(names.slice(part * 1000, part * 1000 + 1000).join('')),
    );
    const spool = openSpool(root, backend, failure => expect.fail(failure.message));
    for (const batch of spool.keep(TIMESTAMP, packets)) batch.release();

    const read = receive(port, sleep(500 + round * 150));
    await sleep(300);
    const args = [
      '--sockets',
      socket,
      '--backend',
      `127.0.0.1:${port}`,
      '--type',
      'G',
      '--retries',
      '0',
      '--spool',
      root,
    ];
    await runBin(args);
    const arrived = new Set(await read);
    for (const name of readdirSync(spool.where)) {
      const [, ...lines] = readFileSync(join(spool.where, name), 'latin1').split('\n');
      for (const line of lines) arrived.add(line);
    }
    expect(names.filter(name => !arrived.has(name.trimEnd()))).toEqual([]);
  }
});
