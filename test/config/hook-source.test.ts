import { expect, test } from 'vitest';
import { parseHookSources } from '../../src/config/hook-source.ts';

const ACCEPTED =
  'expected [APP=]SRC with SRC a file, a directory, "-" for standard input, http(s)://[user:password@]host:port/path, zmq+tcp://host:port or redis://[:password@]host:port[/database][?prefix=gunicorn]';

test.each([
  ['/run/g.json', { kind: 'file', label: '/run/g.json', path: '/run/g.json' }],
  ['web=/run/g.json', { kind: 'file', label: '/run/g.json', path: '/run/g.json', app: 'web' }],
  ['./a=b.json', { kind: 'file', label: './a=b.json', path: './a=b.json' }],
  ['web=a=b', { kind: 'file', label: 'a=b', path: 'a=b', app: 'web' }],
  ['-', { kind: 'stdin', label: 'standard input' }],
  ['web=-', { kind: 'stdin', label: 'standard input', app: 'web' }],
  [
    'http://localhost:8000/_status?a=b',
    {
      kind: 'url',
      label: 'http://localhost:8000/_status?a=b',
      url: 'http://localhost:8000/_status?a=b',
    },
  ],
  [
    'web=https://ops:s%40cret@h/metrics',
    {
      kind: 'url',
      label: 'https://h/metrics',
      url: 'https://h/metrics',
      authorization: `Basic ${Buffer.from('ops:s@cret').toString('base64')}`,
      app: 'web',
    },
  ],
  [
    'zmq+tcp://127.0.0.1:2345',
    { kind: 'zmq', label: 'zmq+tcp://127.0.0.1:2345', address: 'tcp://127.0.0.1:2345' },
  ],
  [
    'web=zmq+tcp://[::1]:2345',
    { kind: 'zmq', label: 'zmq+tcp://[::1]:2345', address: 'tcp://[::1]:2345', app: 'web' },
  ],
  [
    'http://h/metrics?hosts=many',
    { kind: 'url', label: 'http://h/metrics?hosts=many', url: 'http://h/metrics', hosts: 'many' },
  ],
  [
    'http://h/metrics?a=b%20c&hosts=many&d',
    {
      kind: 'url',
      label: 'http://h/metrics?a=b%20c&hosts=many&d',
      url: 'http://h/metrics?a=b%20c&d',
      hosts: 'many',
    },
  ],
  ['http://h/?xhosts=many', { kind: 'url', label: 'http://h/?xhosts=many', url: 'http://h/?xhosts=many' }],
  [
    'redis://h',
    { kind: 'redis', label: 'redis://h', host: 'h', port: 6379, database: 0, prefix: 'gunicorn' },
  ],
  [
    'web=redis://ops:s%40cret@[::1]:6380/3?prefix=my%20shop',
    {
      kind: 'redis',
      label: 'redis://[::1]:6380/3?prefix=my%20shop',
      host: '::1',
      port: 6380,
      database: 3,
      username: 'ops',
      password: 's@cret',
      prefix: 'my shop',
      app: 'web',
    },
  ],
])('%s is understood', (text, source) => {
  expect(parseHookSources([text])).toEqual([source]);
});

test.each([
  ['', '""'],
  ['web=', '"web="'],
  ['ftp://h/x', '"ftp://h/x"'],
  ['http://', '"http://"'],
  ['http://u:secret@:0:0/', '"http://...@:0:0/"'],
  ['zmq+tcp://h', '"zmq+tcp://h"'],
  ['zmq+tcp://u@h:1', '"zmq+tcp://...@h:1"'],
  ['zmq+tcp://h:1/x', '"zmq+tcp://h:1/x"'],
  ['redis://', '"redis://"'],
  ['redis://:secret@h/x', '"redis://...@h/x"'],
  ['redis://h/1/2', '"redis://h/1/2"'],
  ['redis://h?prefx=a', '"redis://h?prefx=a"'],
  ['redis://h?prefix=', '"redis://h?prefix="'],
])('%j is a usage error that shows what is accepted and no password', (text, shown) => {
  expect(() => parseHookSources([text])).toThrow(`--hook-stats: ${ACCEPTED}, got ${shown}`);
});

test('standard input can be read only once', () => {
  expect(() => parseHookSources(['-', 'x.json', 'web=-'])).toThrow(
    '--hook-stats: standard input (-) can be read only once',
  );
});
