import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Section } from '../../src/config/options.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';

const SWITCHED: readonly Section[] = ['paths', 'graphite', 'statsd', 'local-store', 'server-groups'];

test('without a file the defaults are in force, and messages call them by their keys', async () => {
  const { config } = await readFlags();
  expect([config.get('graphite.port'), config.where('graphite.port')]).toEqual([3002, 'graphite.port']);
  expect(config.get('pull.servers')).toBeUndefined();
  expect([config.isGiven('graphite.port'), config.has('graphite')]).toEqual([false, false]);
  expect(config.backends).toEqual([]);
  expect([config.uses('DEFAULT'), config.uses('pull'), config.uses('hooks'), config.uses('process')]).toEqual(
    [true, true, true, true],
  );
  expect(SWITCHED.filter(section => config.uses(section))).toEqual([]);
});

test('a flag wins over the file, and the file over the default, each with its place', async () => {
  const file = await writeConfig('[graphite]\nretries = 7\nbackoff = 3\n');
  const { config } = await readFlags('--config', file, '--retries', '2');
  expect([config.get('graphite.retries'), config.where('graphite.retries')]).toEqual([2, '--retries']);
  expect([config.get('statsd.retries'), config.where('statsd.retries')]).toEqual([2, '--retries']);
  expect([config.get('graphite.backoff'), config.where('graphite.backoff')]).toEqual([
    3,
    `${file}:3: [graphite] backoff`,
  ]);
  expect([config.get('graphite.port'), config.isGiven('graphite.port')]).toEqual([3002, false]);
  expect([config.isGiven('statsd.retries'), config.isGiven('graphite.backoff')]).toEqual([true, true]);
});

test('a switch that is given as false is off, and no flag refers to an option of the file', async () => {
  const file = await writeConfig('[process]\nkeep-dots = on\n');
  expect((await readFlags('--config', file)).config.get('process.keep-dots')).toBe(true);
  const { config } = await readFlags('--config', file, '--keep-dots=false', '--sockets', '/$a');
  expect(config.get('process.keep-dots')).toBe(false);
  expect(config.get('pull.servers')).toEqual(['/$a']);
});

test('--backend replaces the backends of the file', async () => {
  const file = await writeConfig('[graphite]\nport = 1\n[statsd]\nport = 2\n');
  const { config: both } = await readFlags('--config', file);
  expect(both.backends).toEqual(['graphite', 'statsd']);
  const { config } = await readFlags('--config', file, '--backend', 'h', '--type', 'S');
  expect(config.backends).toEqual(['statsd']);
  expect([config.uses('graphite'), config.uses('statsd')]).toEqual([false, true]);
  expect([config.get('statsd.port'), config.where('statsd.port')]).toEqual([8125, '--backend']);
});

test('--backend beside a [graphite] needs --type: Graphite would silently become StatsD', async () => {
  const graphite = await writeConfig('[graphite]\n');
  await expect(readFlags('--config', graphite, '--backend', 'other:3002')).rejects.toMatchObject({
    code: 'usage',
    message:
      '--type: the config file has [graphite], and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
  });
  const statsd = await writeConfig('[statsd]\n');
  expect((await readFlags('--config', statsd, '--backend', 'other')).config.backends).toEqual(['statsd']);
});

test('a section is in force if a file has it or a flag sets one of its keys', async () => {
  const file = await writeConfig('[local-store]\n[server-groups]\n');
  const { config } = await readFlags('--config', file, '--queue-size', '5');
  expect(SWITCHED.filter(section => config.uses(section))).toEqual(['local-store', 'server-groups']);
  const { config: flags } = await readFlags('--spool', '/s', '--local-store', '/l');
  expect(SWITCHED.filter(section => flags.uses(section))).toEqual(['paths', 'local-store']);
});

test('the first value that is not accepted ends it, unless faults are gathered: then the default stays', async () => {
  const file = await writeConfig('[graphite]\nfqdn = maybe\nport = many\n');
  const fqdn = `${file}:2: [graphite] fqdn: expected true or false, got "maybe"`;
  await expect(readFlags('--config', file)).rejects.toThrow(fqdn);
  const faults: string[] = [];
  const settings = await parseCommandLine('run', ['--config', file]);
  const config = await readConfig(settings, ({ message }) => faults.push(message));
  expect(faults).toEqual([
    fqdn,
    `${file}:3: [graphite] port: expected a whole number, 1 to 65535, got "many"`,
  ]);
  expect([config.get('graphite.fqdn'), config.get('graphite.port')]).toEqual([true, 3002]);
});
