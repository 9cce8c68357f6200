import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { makePlan } from '../../src/config/plan.ts';
import { tempDir } from '../helpers/temp-dir.ts';

async function notes(...args: readonly string[]) {
  const settings = await parseCommandLine('run', [...args, '--verbose']);
  return (await makePlan('run', settings, await readConfig(settings))).notes;
}

const GRAPHITE = ['--sockets', '/s', '--backend', 'g', '--type', 'G'];

test.each([
  [['--udp-rate', '5'], '--udp-rate: does nothing without a backend over UDP or a unix socket'],
  [['--queue-size', '5'], '--queue-size: does nothing without a spool'],
  [['--tags', 'a=b'], '--tags: does nothing without layout tagged'],
  [['--hook-timeout', '5'], '--hook-timeout: does nothing without --hook-stats'],
  [['--protocol', 'udp', '--confirm', 'sent'], '--confirm: does nothing without a backend over TCP or TLS'],
])('%j is said to do nothing', async (args, note) => {
  expect(await notes(...GRAPHITE, ...args)).toEqual([note]);
});

test('a port does nothing with a unix socket', async () => {
  const file = join(await tempDir(), 'unix.conf');
  writeFileSync(file, '[statsd]\nserver = unix:///run/dsd.socket\nport = 8125\n');
  expect(await notes('--sockets', '/s', '--config', file)).toEqual([
    `${file}:3: [statsd] port: does nothing with a unix socket`,
  ]);
});

test('an option that has all it needs is not spoken of', async () => {
  expect(await notes(...GRAPHITE, '--confirm', 'sent', '--keep-dots')).toEqual([]);
  expect(await notes(...GRAPHITE, '--protocol', 'udp', '--udp-rate', '5')).toEqual([]);
});
