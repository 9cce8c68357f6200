import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readHooks } from '../../src/hook/read-all.ts';
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
