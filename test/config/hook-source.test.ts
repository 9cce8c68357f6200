import { expect, test } from 'vitest';
import { parseHookSources } from '../../src/config/hook-source.ts';

const ACCEPTED =
  'expected [APP=]SRC with SRC a file, a directory, "-" for standard input, http(s)://[user:password@]host:port/path or zmq+tcp://host:port';

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
])('%j is a usage error that shows what is accepted and no password', (text, shown) => {
  expect(() => parseHookSources([text])).toThrow(`--hook-stats: ${ACCEPTED}, got ${shown}`);
});

test('standard input can be read only once', () => {
  expect(() => parseHookSources(['-', 'x.json', 'web=-'])).toThrow(
    '--hook-stats: standard input (-) can be read only once',
  );
});
