import { describe, expect, it } from 'vitest';
import { chooseBackend, parseBackend } from '../../src/config/backend.ts';

describe('--backend', () => {
  it.each([
    ['graphite.host', 'graphite.host', undefined, 'haproxy'],
    ['graphite.host:8025::my.system.stats.haproxy', 'graphite.host', 8025, 'my.system.stats.haproxy'],
    ['graphite.host::lb', 'graphite.host', undefined, 'lb'],
    ['127.0.0.1:2003', '127.0.0.1', 2003, 'haproxy'],
    ['[::1]:2003::scope', '::1', 2003, 'scope'],
    ['[fe80::1]', 'fe80::1', undefined, 'haproxy'],
    ['[::1]::scope', '::1', undefined, 'scope'],
  ])('%s is understood', (text, host, port, scope) => {
    expect(parseBackend(text)).toEqual({ host, port, scope });
  });

  it.each([
    ['unix:///run/dsd.socket', '/run/dsd.socket', 'haproxy'],
    ['unix:///run/Dsd:1.socket::lb.one', '/run/Dsd:1.socket', 'lb.one'],
  ])('%s is a socket', (text, path, scope) => {
    expect(parseBackend(text)).toEqual({ path, scope });
  });

  it.each(['unix:', 'unix:/run/x', 'unix://', 'unix:///', 'unix://run/x::lb'])('%s is no socket', text => {
    expect(() => parseBackend(text)).toThrow('--backend: expected unix:///path, got "unix:');
  });

  it('refuses a path that the system has no room for', () => {
    const [most, more] = [107, 108].map(bytes => `/${'ä'.repeat(53)}x`.slice(0, 54).padEnd(bytes - 53, 'x'));
    expect(parseBackend(`unix://${most}`)).toMatchObject({ path: most });
    expect(() => parseBackend(`unix://${more}`)).toThrow('a path of a socket, 107 bytes at most');
  });

  it.each([
    '',
    ':2003',
    '::1',
    'host:0',
    'host:65536',
    'host:abc',
    'host:',
    'ho st:1',
    'http://host:80',
    '[::1',
  ])('%j is refused', text => {
    expect(() => parseBackend(text)).toThrow(
      `--backend: expected host[:port][::scope] or unix:///path[::scope], e.g. graphite.example.org:2003::haproxy or [::1]:2003, got ${JSON.stringify(text)}`,
    );
  });

  it.each(['', '.', 'a..b', '.a', 'a.', 'a b', 'a;b', 'a/b', 'a:b', 'ä', 'a\nb'])(
    'has no scope %j',
    scope => {
      expect(() => parseBackend(`host::${scope}`)).toThrow(
        /^--backend: expected (a scope of letters|host\[)/,
      );
    },
  );
});

describe('the type and the protocol', () => {
  const address = { host: 'h', port: undefined, scope: 'haproxy' };

  it.each([
    ['graphite', undefined, 2003, 'tcp'],
    ['graphite', 'udp', 2003, 'udp'],
    ['statsd', undefined, 8125, 'udp'],
    ['statsd', 'tcp', 8125, 'tcp'],
  ] as const)('%s over %s means port %d over %s', (type, protocol, port, used) => {
    expect(chooseBackend(address, type, protocol)).toEqual({ host: 'h', port, type, protocol: used });
  });

  it('are StatsD when nothing is said, as with HAP-Monitor', () => {
    expect(chooseBackend(address, undefined, undefined)).toMatchObject({ type: 'statsd', port: 8125 });
  });

  it('are asked for when the port says Graphite and no type is given', () => {
    expect(() => chooseBackend({ ...address, port: 2003 }, undefined, undefined)).toThrow(
      '--type: port 2003 is usually Graphite, and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
    );
    expect(chooseBackend({ ...address, port: 2003 }, 'statsd', undefined)).toMatchObject({ type: 'statsd' });
  });
});
