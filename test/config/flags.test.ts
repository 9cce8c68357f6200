import { expect, test } from 'vitest';
import { listGiven, readGivenBackend, typeOf } from '../../src/config/flags.ts';
import { readFlags } from '../helpers/config.ts';

/** The values that the flags give to keys, by key. */
async function given(...argv: readonly string[]) {
  const { settings } = await readFlags(...argv);
  return Object.fromEntries(listGiven(settings, readGivenBackend(settings)));
}

test('a letter stands for a type of backend', () => {
  expect([typeOf('G'), typeOf('S'), typeOf(undefined)]).toEqual(['graphite', 'statsd', undefined]);
});

test('--backend, --type and --protocol name one backend together', async () => {
  const { settings } = await readFlags('--backend', 'h:2004::a.b', '--type', 'G', '--protocol', 'tls');
  expect(readGivenBackend(settings)).toEqual({
    type: 'graphite',
    protocol: 'tls',
    host: 'h',
    port: 2004,
    scope: 'a.b',
  });
  const { settings: none } = await readFlags('--type', 'G', '--protocol', 'udp');
  expect(readGivenBackend(none)).toBeUndefined();
});

test('flags that are not given set nothing', async () => {
  expect(await given()).toEqual({});
  expect(await given('--dry-run', '--deadline', '9', '--verbose', '--type', 'G')).toEqual({});
});

test('a flag sets each of its keys, a switch that is off too', async () => {
  expect(await given('--interval', '4', '--keep-dots=false')).toEqual({
    'graphite.interval': { value: 4, where: '--interval' },
    'statsd.interval': { value: 4, where: '--interval' },
    'process.keep-dots': { value: false, where: '--keep-dots' },
  });
});

test('--sockets replaces the servers of a file and its directory of sockets', async () => {
  expect(await given('--sockets', '/a', '/b')).toEqual({
    'pull.servers': { value: ['/a', '/b'], where: '--sockets' },
    'pull.socket-dir': { value: undefined, where: '--sockets' },
  });
});

test('--backend sets the keys of its own section alone, defaults included', async () => {
  const where = '--backend';
  expect(await given('--backend', '[::1]::lb', '--type', 'G')).toEqual({
    'graphite.server': { value: '::1', where },
    'graphite.port': { value: 2003, where },
    'graphite.protocol': { value: 'tcp', where },
    'graphite.namespace': { value: 'lb', where },
  });
  expect(await given('--backend', 'h')).toEqual({
    'statsd.server': { value: 'h', where },
    'statsd.port': { value: 8125, where },
    'statsd.protocol': { value: 'udp', where },
    'statsd.prefix': { value: 'haproxy', where },
  });
});

test('a unix socket is a server without port and protocol', async () => {
  const where = '--backend';
  expect(await given('--backend', 'unix:///run/dsd.socket::x')).toEqual({
    'statsd.server': { value: 'unix:///run/dsd.socket', where },
    'statsd.prefix': { value: 'x', where },
  });
});
