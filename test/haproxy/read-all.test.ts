import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { readAll } from '../../src/haproxy/read-all.ts';
import { serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };

test('reading leaves no listener at the signal that would have ended it', async () => {
  const { dir, socket } = await playHaproxy();
  const stop = new AbortController();
  const specs = [socket, join(dir, 'none.sock')].map(text => parseEndpoint(text));
  const { answered, failures } = await readAll(specs, LIMITS, stop.signal);
  expect([answered.length, failures.length]).toEqual([1, 1]);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('a signal that was aborted before leaves every endpoint unread, for its reason', async () => {
  const { socket } = await playHaproxy();
  const stop = AbortSignal.abort(new Error('stopped by SIGTERM'));
  const { answered, failures } = await readAll([parseEndpoint(socket)], LIMITS, stop);
  expect(answered).toEqual([]);
  expect(failures.map(({ message }) => message)).toEqual([`${socket}: stopped by SIGTERM`]);
});

test('twelve endpoints, found and read at once, do not make Node warn', async () => {
  const { dir, socket } = await playHaproxy();
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  const specs = Array.from({ length: 12 }, (_, n) => [
    join(dir, `none${n}.sock`),
    `tcp://127.0.0.${n + 1}:1`,
  ]).flat();
  const { signal: stop } = new AbortController();
  const { failures } = await readAll(
    [socket, ...specs].map(text => parseEndpoint(text)),
    LIMITS,
    stop,
  );
  await new Promise(resolve => setImmediate(resolve));
  expect([failures.length, warnings]).toEqual([24, []]);
});

test('an endpoint is read though a directory of dead sockets stands before it', async () => {
  const { dir, socket } = await playHaproxy();
  const dead = join(dir, 'dead');
  await mkdir(dead);
  const bind = `import socket, sys\nfor n in range(1000): socket.socket(socket.AF_UNIX).bind(f'{sys.argv[1]}/{n}.sock')`;
  expect(spawnSync('python3', ['-c', bind, dead]).status).toBe(0);
  const { answered, failures } = await readAll(
    [dead, socket].map(text => parseEndpoint(text)),
    LIMITS,
  );
  expect(answered.map(({ endpoint }) => endpoint.label)).toEqual([`unix:${socket}`]);
  expect(failures).toHaveLength(1000);
  expect(failures[0]?.message).toBe(
    `unix:${dead}/0.sock: nothing listens on this socket: is HAProxy running?`,
  );
});

test('endless answers cost their own endpoints, and together no more than 128 MiB', async () => {
  const { dir, socket } = await playHaproxy();
  const rows = Buffer.from('web,FRONTEND,1,\n'.repeat(60_000));
  const paths = ['a', 'b', 'c'].map(name => join(dir, `${name}.sock`));
  for (const path of paths) {
    const endless = await serveAnswers(path, (_, peer) => {
      peer.write('Name: HAProxy\n\n# pxname,svname,scur,\n');
      const pour = (): void => {
        while (!peer.destroyed && peer.write(rows));
      };
      peer.on('drain', pour);
      pour();
    });
    onTestFinished(endless.stop);
  }
  const limits = { ...LIMITS, total: 20_000 };
  const { answered, failures } = await readAll(
    [...paths, socket].map(text => parseEndpoint(text)),
    limits,
  );
  expect(answered).toHaveLength(1);
  expect(failures.map(({ what }) => what).sort()).toEqual([
    'the answer is larger than 64 MiB',
    'the answer is larger than 64 MiB',
    'the answers of all endpoints are larger than 128 MiB',
  ]);
});

test('a glob that leads through too many directories is told', async () => {
  const dir = await tempDir();
  const make = `import os, sys\nfor a in range(60):\n  for b in range(100): os.makedirs(f'{sys.argv[1]}/{a}/{b}')`;
  expect(spawnSync('python3', ['-c', make, dir]).status).toBe(0);
  const { failures } = await readAll([parseEndpoint(`${dir}/**/*.sock`)], { ...LIMITS, total: 20_000 });
  expect(failures.map(({ message }) => message)).toEqual([
    `${dir}/**/*.sock: more than 5000 directories to look through: name the directories, or less of them`,
  ]);
});
