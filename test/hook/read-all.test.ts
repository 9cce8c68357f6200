import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { readHooks } from '../../src/hook/read-all.ts';
import { serveHttp } from '../../tools/players/http-server.ts';
import { noStdin } from '../helpers/hook-pages.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS = { timeout: 5000, maxAge: Infinity };
const STDIN = { kind: 'stdin', label: 'standard input' } as const;

test('a run that is stopped has what was read by then, and says why there is no more', async () => {
  const stop = new AbortController();
  const path = join(import.meta.dirname, '../fixtures/hook/gstats.json');
  const reading = readHooks(
    [{ kind: 'file', label: path, path }, STDIN],
    LIMITS,
    () => {
      setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 200);
      return new PassThrough();
    },
    stop.signal,
  );
  const { read, series, failures } = await reading;
  expect(read.map(({ label }) => label)).toEqual([path]);
  expect(series.map(({ app }) => app)).toEqual(['my_app', 'api.v1']);
  expect(failures.map(({ code, message }) => [code, message])).toEqual([
    ['read', 'standard input: stopped by SIGTERM'],
  ]);
});

test('standard input is left alone when nobody asks for it', async () => {
  const stdin = (): Readable => expect.fail('standard input was opened');
  const path = join(await tempDir(), 'none');
  const { failures } = await readHooks([{ kind: 'file', label: path, path }], LIMITS, stdin);
  expect(failures.map(({ message }) => message)).toEqual([
    `${path}: no such file or directory: is the path right, and does what writes it run?`,
  ]);
});

test('a text that begins with a byte order mark and blank lines is read', async () => {
  const text = Readable.from([Buffer.from('\ufeff\n\n{}')]);
  expect(await readHooks([STDIN], LIMITS, () => text)).toEqual({ read: [STDIN], series: [], failures: [] });
});

test('gauges of processes that are gone count where a page speaks for many hosts, and only there', async () => {
  const rows = [process.pid, 4_194_304].map(pid => `memory{pid="${pid}"} 39.7\n`).join('');
  const page = `# TYPE memory gauge\n${rows}`;
  const web = await serveHttp((_, response) => response.end(page));
  onTestFinished(web.stop);
  const read = async (url: string, hosts?: 'many') => {
    const source = { kind: 'url', label: url, url, ...(hosts && { hosts }) } as const;
    return (await readHooks([source], LIMITS, noStdin)).series.map(({ figures }) => figures.get(''));
  };
  const url = `http://127.0.0.1:${web.port}/metrics`;
  expect(await read(url)).toEqual([39.7]);
  expect(await read(url.replace('127.0.0.1', 'localhost'))).toEqual([39.7]);
  expect(await read(url, 'many')).toEqual([79.4]);
});

test('what is kept after its time is over is given up, and the others are there', async () => {
  const path = join(await tempDir(), 'page');
  writeFileSync(path, 'm 1\n');
  const silent = { kind: 'stdin', label: 'standard input' } as const;
  const limits = { timeout: 300, maxAge: Infinity };
  const reading = readHooks([silent, { kind: 'file', label: path, path }], limits, () => new PassThrough());
  const { series, failures } = await reading;
  expect(series).toHaveLength(1);
  expect(failures.map(({ message }) => message)).toEqual([
    'standard input: could not be read whole within 0.3 s (hook-timeout)',
  ]);
});

test('sources share what one alone may hold, and the numbers of each worker take half of it', async () => {
  const path = join(await tempDir(), 'page');
  const source = { kind: 'file', label: 'page', path } as const;
  const failuresOf = async (sources: number, workers: boolean) => {
    const all = Array.from({ length: sources }, () => source);
    const { failures } = await readHooks(all, { ...LIMITS, timeout: 20_000, workers }, noStdin);
    return failures.map(({ what }) => what);
  };
  const refusal = 'holds more than 50000 rows, or 8388608 characters in them, the limit for a hook snapshot';
  writeFileSync(path, Array.from({ length: 50_000 }, (_, n) => `m${n} 1\n`).join(''));
  expect(await failuresOf(2, false)).toEqual([]);
  writeFileSync(path, Array.from({ length: 50_001 }, (_, n) => `m${n} 1\n`).join(''));
  expect(await failuresOf(1, false)).toEqual([]);
  expect(await failuresOf(2, false)).toEqual([refusal, refusal]);
  expect(await failuresOf(1, true)).toEqual([refusal]);
});
