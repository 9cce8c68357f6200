import { createWriteStream } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openWhenUsed, print } from '../src/streams.ts';
import { collect } from './helpers/collect.ts';

/** A stream that keeps each write until it is told to let go. */
function hold() {
  const waiting: (() => void)[] = [];
  const stream = new Writable({ write: (_chunk, _encoding, done) => void waiting.push(done) });
  return { stream, letGo: () => waiting.splice(0).forEach(done => void done()) };
}

/** A stream whose writes fail. */
function fail(code: string) {
  const error = Object.assign(new Error('write failed'), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) }).on('error', () => undefined);
}

test('no stream is asked for before its first use, not even to be flushed', async () => {
  const used: string[] = [];
  const all = { stdin: Readable.from([]), stdout: collect(), stderr: collect() };
  const note = <K extends keyof typeof all>(name: K) => {
    used.push(name);
    return all[name];
  };
  const streams = openWhenUsed({
    get stdin() {
      return note('stdin');
    },
    get stdout() {
      return note('stdout');
    },
    get stderr() {
      return note('stderr');
    },
  });
  await streams.flush(1e6);
  expect(used).toEqual([]);
  streams.stderr.write('x');
  await streams.flush(1e6);
  expect(streams.stdin).toBe(all.stdin);
  expect(used).toEqual(['stderr', 'stdin']);
});

test('a stream is opened once: it stops blocking, and its errors end no process', () => {
  const calls: boolean[] = [];
  const handle = { setBlocking: (isBlocking: boolean) => void calls.push(isBlocking) };
  const stdout = Object.assign(collect(), { _handle: handle });
  const streams = openWhenUsed({ stdin: Readable.from([]), stdout, stderr: collect() });
  expect([streams.stdout, streams.stdout]).toEqual([stdout, stdout]);
  expect([calls, stdout.listenerCount('error')]).toEqual([[false], 1]);
  expect(() => stdout.emit('error', new Error('gone'))).not.toThrow();
});

test('flushing ends when everything written has left, or when the time is over', async () => {
  const { stream, letGo } = hold();
  const streams = openWhenUsed({ stdin: Readable.from([]), stdout: stream, stderr: collect() });
  streams.stdout.write('x');
  streams.stderr.write('y');
  let isFlushed = false;
  const flushed = streams.flush(1e6).then(() => {
    isFlushed = true;
  });
  await sleep(20);
  expect(isFlushed).toBe(false);
  const begin = performance.now();
  await streams.flush(-1);
  expect(performance.now() - begin).toBeLessThan(1000);
  const clock = setInterval(letGo, 1);
  onTestFinished(() => clearInterval(clock));
  await flushed;
});

test('a text is printed whole before that is said to be done', async () => {
  const { stream, letGo } = hold();
  let failures: unknown;
  const printed = print({ stdout: stream }, 'x').then(result => {
    failures = result;
  });
  await sleep(20);
  expect(failures).toBeUndefined();
  letGo();
  await printed;
  expect(failures).toEqual([]);
});

test('a text that could not be printed is a failure, unless its reader has gone', async () => {
  const full = createWriteStream('/dev/full').on('error', () => undefined);
  const failures = await print({ stdout: full }, 'x');
  expect(failures.map(({ code, message }) => [code, message])).toEqual([
    ['deliver', 'standard output: no space is left on the disk'],
  ]);
  expect(await print({ stdout: fail('EPIPE') }, 'x')).toEqual([]);
  expect((await print({ stdout: fail('EIO') }, 'x'))[0]?.message).toBe(
    'standard output: the disk does not work',
  );
});
