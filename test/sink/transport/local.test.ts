import { networkInterfaces } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { isLocal } from '../../../src/sink/transport/local.ts';

vi.mock('node:os', { spy: true });

afterEach(() => void vi.mocked(networkInterfaces).mockReset());

const own = (address: string) => ({ address }) as NonNullable<ReturnType<typeof networkInterfaces>['lo']>[0];

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.2'],
  ['10.88.0.1', '10.88.0.2'],
  ['::ffff:10.88.0.1', '::ffff:10.88.0.2'],
  ['::ffff:127.0.0.1', '::ffff:127.0.0.2'],
  ['fd00::1', 'fd00::2'],
  ['fe80::1%v0', 'fe80::2%v0'],
  ['10.99.0.7', '10.99.0.7'], // a local route without an address, ip-route(8)
])('from %s to %s is one host', (localAddress, remoteAddress) => {
  const addresses = ['127.0.0.1', '10.88.0.1', '10.88.0.2', 'fd00::1', 'fd00::2', 'fe80::2'];
  vi.mocked(networkInterfaces).mockReturnValue({
    lo: addresses.slice(0, 1).map(own),
    v0: addresses.map(own),
  });
  expect(isLocal({ localAddress, remoteAddress })).toBe(true);
});

it.each([
  ['10.88.0.1', '10.88.0.3'],
  ['fd00::1', 'fd00::3'],
])('from %s to %s are two', (localAddress, remoteAddress) => {
  vi.mocked(networkInterfaces).mockReturnValue({ v0: ['10.88.0.1', 'fd00::1'].map(own) });
  expect(isLocal({ localAddress, remoteAddress })).toBe(false);
});

it('is not said of a connection that is closed', () => {
  expect(isLocal({ remoteAddress: undefined })).toBe(false);
});

it('is told by the connection alone where a sandbox forbids to list addresses', () => {
  vi.mocked(networkInterfaces).mockImplementation(() => {
    throw new Error('uv_interface_addresses returned Unknown system error 97');
  });
  expect(isLocal({ localAddress: '10.88.0.1', remoteAddress: '10.88.0.2' })).toBe(false);
  expect(isLocal({ localAddress: '10.88.0.1', remoteAddress: '10.88.0.1' })).toBe(true);
});
