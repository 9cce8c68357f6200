import { expect, test } from 'vitest';
import { canSpool, LETTERS, NETWORK_PROTOCOLS, PROTOCOLS, TYPES } from '../src/backends.ts';
import type { Backend } from '../src/plan.ts';

const HOST = { host: 'h', port: 1 };

test('--type and --protocol take what the tables have; a unix socket and a store have sections of their own', () => {
  expect(LETTERS).toEqual(['G', 'S']);
  expect(NETWORK_PROTOCOLS).toEqual(['tcp', 'udp', 'tls']);
});

test.each(Object.entries(TYPES))(
  'the protocol of %s where none is named is one that it speaks',
  (type, facts) => {
    expect(PROTOCOLS[facts.protocol].types).toContain(type);
    expect(NETWORK_PROTOCOLS).toContain(facts.protocol);
  },
);

test.each<[Backend, boolean]>([
  [{ type: 'graphite', protocol: 'tcp', ...HOST }, true],
  [{ type: 'graphite', protocol: 'udp', ...HOST }, true],
  [{ type: 'graphite', protocol: 'tls', ...HOST }, true],
  [{ type: 'graphite', protocol: 'file', directory: '/store' }, false],
  [{ type: 'statsd', protocol: 'tcp', ...HOST }, false],
  [{ type: 'statsd', protocol: 'udp', ...HOST }, false],
  [{ type: 'statsd', protocol: 'unix', path: '/d.sock' }, false],
])('datapoints for %j can wait in a spool: %s', (backend, can) => {
  expect(canSpool(backend)).toBe(can);
});
