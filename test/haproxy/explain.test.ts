import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainPath } from '../../src/haproxy/explain.ts';
import { tempDir } from '../helpers/temp-dir.ts';

test.each([
  ['/run/none.sock', 'no such socket: is HAProxy running, and is this the path of its "stats socket"?'],
  ['localhost:9999', 'no such socket: for a TCP port say tcp://localhost:9999'],
  ['/a.sock,/b.sock', 'no such socket: several endpoints are separated by blanks'],
  [`/${'x'.repeat(107)}`, "the path is longer than 107 bytes, a socket's limit"],
])('where nothing is at %s: %s', async (path, text) => {
  expect(await explainPath(path, 'ENOENT')).toBe(text);
});

test('what refuses is a socket that nobody listens on, or no socket', async () => {
  const directory = await tempDir();
  const [file, socket] = [join(directory, 'file'), join(directory, 'x.sock')];
  writeFileSync(file, '');
  const server = createServer().listen(socket);
  expect(await explainPath(file, 'ECONNREFUSED')).toBe(
    'this is no socket: is this the path of its "stats socket"?',
  );
  expect(await explainPath(socket, 'ECONNREFUSED')).toBe(
    'nothing listens on this socket: is HAProxy running?',
  );
  server.close();
});

test('a datagram socket and a full queue are told, and other errors speak for themselves', async () => {
  expect(await explainPath('/dev/log', 'EPROTOTYPE')).toMatch(/^this is a datagram socket \(syslog's\?\)/);
  expect(await explainPath('/run/x.sock', 'EAGAIN')).toMatch(
    /^HAProxy does not accept: too many connections wait/,
  );
  expect(await explainPath('/run/x.sock', 'ECONNRESET')).toBeUndefined();
});
