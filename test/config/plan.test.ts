import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { fullHostName, shortHostName } from '../../src/config/host.ts';
import type { Command } from '../../src/config/options/option.ts';
import { makePlan } from '../../src/config/plan.ts';
import type { Plan } from '../../src/plan.ts';
import { writeConfig } from '../helpers/config.ts';

const NEEDED = ['--sockets', '/s', '--backend', 'host'];

async function planFor(command: Command, ...argv: readonly string[]): Promise<Plan> {
  const settings = await parseCommandLine(command, argv);
  return await makePlan(command, settings, await readConfig(settings));
}

const plan = (...argv: readonly string[]) => planFor('run', ...argv);

/** The plan of a config file and one socket. */
async function planOf(text: string, ...argv: readonly string[]): Promise<Plan> {
  return await plan('--config', await writeConfig(text), '--sockets', '/s', ...argv);
}

test('without further flags the defaults of the contract are in force, times in milliseconds', async () => {
  const limits = {
    retries: 3,
    interval: 1800,
    backoff: 2,
    connectTimeout: 1000,
    writeTimeout: 1000,
    confirmTimeout: 5000,
    confirm: 'close',
    udpRate: 50_000,
  };
  expect(await plan(...NEEDED)).toMatchObject({
    endpoints: [{ kind: 'path', path: '/s' }],
    destinations: [{ backend: { type: 'statsd', protocol: 'udp', port: 8125 }, scope: 'haproxy', limits }],
    layout: 'hap-monitor',
    metrics: ['default'],
    maxDatapoints: Infinity,
    read: { retries: 1, connectTimeout: 100, interval: 500, total: 2000 },
    hookLimits: { timeout: 2000, maxAge: 300_000, workers: false },
    spool: undefined,
    remind: 3600,
    deadline: 50_000,
  });
});

test('reading takes half of the deadline at most, which leaves the rest for delivery', async () => {
  const { read, hookLimits } = await plan(
    ...[...NEEDED, '--deadline', '3', '--pull-timeout', '10', '--hook-timeout', '10'],
  );
  expect([read.total, hookLimits.timeout]).toEqual([1500, 1500]);
});

test('-1 retries are for ever, and an age of 0 is any', async () => {
  const { read, destinations, hookLimits } = await plan(
    ...[...NEEDED, '--retries', '-1', '--pull-retries=-1', '--hook-max-age', '0'],
  );
  expect([read.retries, destinations[0]?.limits.retries, hookLimits.maxAge]).toEqual(Array(3).fill(Infinity));
});

test('a dry run without a backend prints for StatsD, or for what --type and --protocol say', async () => {
  const scope = 'haproxy';
  expect((await plan('--sockets', '/s', '--dry-run')).destinations).toMatchObject([
    { backend: { type: 'statsd', protocol: 'udp' }, scope },
  ]);
  const graphite = await plan('--sockets', '/s', '--dry-run', '--type', 'G', '--protocol', 'udp');
  expect(graphite.destinations).toMatchObject([{ backend: { type: 'graphite', protocol: 'udp' }, scope }]);
});

test('what is missing is said of the endpoints and of the backend, which only sending needs', async () => {
  await expect(plan('--backend', 'h')).rejects.toMatchObject({
    code: 'usage',
    message:
      '--sockets: missing; give the socket, or the URL of the stats page, of an HAProxy, or --hook-stats, or in a config file servers or socket-dir in [pull]; see --help',
  });
  expect(await plan('--hook-stats', 'a.json', '--backend', 'h')).toMatchObject({ endpoints: [] });
  const missing =
    '--backend: missing; give host[:port][::scope], or a config file with [graphite] or [statsd], or --dry-run; see --help';
  await expect(plan('--sockets', '/s')).rejects.toMatchObject({ code: 'usage', message: missing });
  await expect(planFor('config', '--sockets', '/s')).rejects.toThrow(missing);
  expect((await planFor('check', '--sockets', '/s')).destinations).toEqual([]);
  expect((await planFor('show', '--sockets', '/s')).destinations).toEqual([]);
});

test('the layout is that of haproxystats with a [graphite] in the file, unless another is named', async () => {
  expect((await planOf('[statsd]\n')).layout).toBe('hap-monitor');
  expect((await planOf('[statsd]\n[graphite]\n')).layout).toBe('haproxystats');
  expect((await planOf('[graphite]\n', '--layout', 'tagged')).layout).toBe('tagged');
});

test('the host is the short name, in layout haproxystats the full one or none; --hostname wins', async () => {
  expect((await plan(...NEEDED)).host).toBe(shortHostName());
  expect((await planOf('[graphite]\n')).host).toBe(fullHostName());
  expect((await planOf('[graphite]\nfqdn = off\n')).host).toBe(shortHostName());
  const none = '[graphite]\nprefix-hostname = off\n';
  expect((await planOf(none)).host).toBeUndefined();
  expect((await planOf(none, '--layout', 'tagged')).host).toBe(shortHostName());
  expect((await planOf(none, '--hostname', 'lb1')).host).toBe('lb1');
});

describe('the spool', () => {
  test('is switched on by [paths], by --spool, and by [graphite] if its base-dir is there', async () => {
    const base = '/var/lib/haproxystats';
    expect((await planOf('[paths]\nbase-dir = /b\n[statsd]\n')).spool).toBe('/b/spool');
    expect((await plan(...NEEDED, '--spool', '/s')).spool).toBe('/s');
    expect((await planOf('[graphite]\n')).spool).toBe(existsSync(base) ? `${base}/spool` : undefined);
    expect((await planOf('[statsd]\n')).spool).toBeUndefined();
  });

  test('is what increases of counters need', async () => {
    await expect(plan(...NEEDED, '--counters', 'delta')).rejects.toMatchObject({
      code: 'usage',
      message: '--counters: delta needs --spool, where a run leaves its totals for the next',
    });
    expect((await plan(...NEEDED, '--counters', 'delta', '--spool', '/s')).counters).toBe('delta');
  });
});

test('each section of the file is a destination, the local store too: it is tried once, under the first scope', async () => {
  const text = '[statsd]\nserver = unix:///d.sock\nprefix = sd\n[local-store]\ndir = /l\n';
  expect((await planOf(text)).destinations).toMatchObject([
    { backend: { type: 'statsd', protocol: 'unix', path: '/d.sock' }, scope: 'sd', limits: { retries: 3 } },
    { backend: { protocol: 'file', directory: '/l' }, scope: 'sd', limits: { retries: 0 } },
  ]);
  const alone = await planOf('[local-store]\n');
  expect(alone.destinations).toMatchObject([{ backend: { protocol: 'file' }, scope: 'loadbalancers' }]);
});

test('options without effect are noted by a run that is verbose, and by hap-monitor config', async () => {
  const notes = ['--udp-rate: does nothing without a backend over UDP or a unix socket'];
  const argv = [...NEEDED, '--type', 'G', '--udp-rate', '5'];
  expect((await plan(...argv)).notes).toEqual([]);
  expect((await plan(...argv, '--verbose')).notes).toEqual(notes);
  expect((await planFor('config', ...argv)).notes).toEqual(notes);
});
