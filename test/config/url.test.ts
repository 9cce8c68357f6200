import { expect, test } from 'vitest';
import {
  decode,
  expectedAddress,
  hostOf,
  isBareAddress,
  parsePageUrl,
  schemeOf,
} from '../../src/config/url.ts';

test('the scheme is in small letters, and a port or a path is none', () => {
  expect(['HTTP://a', 'tcp://a:1', 'a:1', '/run/x', '1a://b'].map(schemeOf)).toEqual([
    'http',
    'tcp',
    undefined,
    undefined,
    undefined,
  ]);
});

test('a bare address is host and port and nothing else', () => {
  const bare = ['tcp://a:1', 'tcp://a:1/', 'tcp://[::1]:1'];
  const more = ['tcp://a', 'tcp://a:0', 'tcp://u@a:1', 'tcp://a:1/x', 'tcp://a:1?x'];
  expect([...bare, ...more].map(text => isBareAddress(new URL(text)))).toEqual([
    ...bare.map(() => true),
    ...more.map(() => false),
  ]);
  expect(hostOf(new URL('tcp://[::1]:1'))).toBe('::1');
});

test('user and password become a header and leave the URL, and so does the fragment', () => {
  expect(parsePageUrl(new URL('http://me:a%40b@lb:8404/stats#x'))).toEqual({
    label: 'http://lb:8404/stats',
    url: 'http://lb:8404/stats',
    authorization: `Basic ${Buffer.from('me:a@b').toString('base64')}`,
  });
  expect(parsePageUrl(new URL('http://lb/'))).not.toHaveProperty('authorization');
});

test('an address that is none is quoted, but no password that a crontab cut', () => {
  expect(expectedAddress('--sockets', 'a host', 'x y').message).toBe('--sockets: expected a host, got "x y"');
  expect(expectedAddress('--sockets', 'a host', 'http://me:secret').message).toBe(
    '--sockets: expected a host, got "http://me:..."; a crontab ends the command at a % that is not written \\%',
  );
  expect(expectedAddress('--hook-stats', 'a source', 'app=me:secret').message).toContain('got "app=me:..."');
});

test('percent escapes are undone, and a lone % stands for itself', () => {
  expect(['a%20b', '50%', '%C3%A9', '%ff%20'].map(decode)).toEqual(['a b', '50%', 'é', '%ff%20']);
});
