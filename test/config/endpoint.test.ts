import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import type { SocketEndpoint } from '../../src/types.ts';

/** An endpoint at port 9999. */
function tcp(host: string): SocketEndpoint {
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    kind: 'socket',
    label: `tcp://${shown}:9999`,
    name: `${host}_9999`,
    address: { host, port: 9999 },
  };
}

describe('one value of --sockets', () => {
  it.each([
    ['/run/haproxy/admin.sock', { kind: 'path', path: '/run/haproxy/admin.sock' }],
    ['run/*.sock', { kind: 'path', path: 'run/*.sock' }],
    ['unix:///run/lb 1.sock', { kind: 'path', path: '/run/lb 1.sock' }],
    ['unix:///run/haproxy/*.sock', { kind: 'path', path: '/run/haproxy/*.sock' }],
    ['unix:/run/a.sock', { kind: 'path', path: '/run/a.sock' }],
    ['unix@/run/a.sock', { kind: 'path', path: '/run/a.sock' }],
    ['socket:/run/a.sock', { kind: 'path', path: '/run/a.sock' }],
    ['/run/a:b@c.sock', { kind: 'path', path: '/run/a:b@c.sock' }],
    ['tcp:127.0.0.1:9999', tcp('127.0.0.1')],
    ['ipv4@127.0.0.1:9999', tcp('127.0.0.1')],
    ['ipv6@::1:9999', tcp('::1')],
    ['TCP://LB1:9999', tcp('lb1')],
    ['tcp://[fe80::1%eth0]:9999', tcp('fe80::1%eth0')],
    [
      'tcp://lb1.example.org:9999',
      {
        kind: 'socket',
        label: 'tcp://lb1.example.org:9999',
        name: 'lb1.example.org_9999',
        address: { host: 'lb1.example.org', port: 9999 },
      },
    ],
    [
      'tcp://[::1]:9999/',
      { kind: 'socket', label: 'tcp://[::1]:9999', name: '::1_9999', address: { host: '::1', port: 9999 } },
    ],
    [
      'http://lb1/stats;csv',
      { kind: 'page', label: 'http://lb1/stats;csv', name: 'lb1_80', url: 'http://lb1/stats;csv' },
    ],
    [
      'https://user:p%40ss%3A@lb1:8443/haproxy?stats#top',
      {
        kind: 'page',
        label: 'https://lb1:8443/haproxy?stats;csv',
        name: 'lb1_8443',
        url: 'https://lb1:8443/haproxy?stats;csv',
        authorization: `Basic ${Buffer.from('user:p@ss:').toString('base64')}`,
      },
    ],
    [
      'http://user:50%|x@lb1/',
      {
        kind: 'page',
        label: 'http://lb1/;csv',
        name: 'lb1_80',
        url: 'http://lb1/;csv',
        authorization: `Basic ${Buffer.from('user:50%|x').toString('base64')}`,
      },
    ],
  ])('%s is understood', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    '',
    'unix://relative.sock',
    'tcp://lb1',
    'tcp://lb1:0',
    'tcp://lb1:70000',
    'tcp://lb1:9999/path',
    'ftp://lb1/',
    'http://',
  ])('%j is refused with what is accepted', text => {
    expect(() => parseEndpoint(text)).toThrow(
      `--sockets: expected a socket path, a glob, a directory, unix:///path, tcp://host:port or http(s)://[user:password@]host:port/path, got ${JSON.stringify(text)}`,
    );
  });

  it.each([
    ['http://admin:secret@:80/', 'http://...@:80/'],
    ['tcp://user@lb1:9999', 'tcp://...@lb1:9999'],
    ['http://u:sec/r@t@lb1:port/x', 'http://...@lb1:port/x'],
  ])('is shown without its credentials where it is refused', (text, shown) => {
    expect(() => parseEndpoint(text)).toThrow(`got ${JSON.stringify(shown)}`);
  });

  it.each([
    ['http://admin:s3cret', 'http://admin:...'],
    ['admin:s3cret', 'admin:...'],
    ['http://admin:12s', 'http://admin:...'],
  ])('is shown without a password that was cut: %s', (text, shown) => {
    expect(() => parseEndpoint(text)).toThrow(
      `got ${JSON.stringify(shown)}; a crontab ends the command at a % that is not written \\%`,
    );
  });

  it.each([
    [
      'abns@stats',
      '--sockets: an abstract socket cannot be read; give "stats socket" a path, got "abns@stats"',
    ],
    ['fd@3', '--sockets: a file descriptor is HAProxy\'s own; give "stats socket" a path, got "fd@3"'],
    [
      '127.0.0.1:8404/stats',
      '--sockets: for a stats page say http://127.0.0.1:8404/stats, got "127.0.0.1:8404/stats"',
    ],
    [
      'http://[fe80::1%eth0]/',
      '--sockets: a URL cannot have a zone id (%eth0), got "http://[fe80::1%eth0]/"',
    ],
    ['http:/lb1/stats', /^--sockets: expected .* http\(s\):.*got "http:\/lb1\/stats"$/],
    ['admin:s3cret@lb1/stats', /got "\.\.\.@lb1\/stats"$/],
  ])('%s is refused with what is possible', (text, message) => {
    expect(() => parseEndpoint(text)).toThrow(message);
  });
});

it('takes a "%" of the password for no zone id', () => {
  expect(parseEndpoint('http://u:a%40b@[::1]:8080/stats')).toMatchObject({
    kind: 'page',
    url: 'http://[::1]:8080/stats;csv',
    authorization: `Basic ${Buffer.from('u:a@b').toString('base64')}`,
  });
});
