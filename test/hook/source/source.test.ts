import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { shareOf } from '../../../src/hook/limits.ts';
import { readSource } from '../../../src/hook/source/source.ts';
import type { FileSource, HookSource } from '../../../src/plan.ts';
import { serveHttp } from '../../../tools/players/http-server.ts';
import { makeDb } from '../../helpers/db-file.ts';
import { noStdin } from '../../helpers/hook-pages.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

type Access = Parameters<typeof readSource>[1];

async function read(source: HookSource, own: Partial<Access> = {}) {
  const series = await readSource(source, {
    stdin: noStdin,
    maxAge: Infinity,
    workers: false,
    share: shareOf(1),
    timeout: 5000,
    signal: AbortSignal.timeout(5000),
    ...own,
  });
  return series.map(({ app, metric, figures }) => [
    app,
    metric,
    figures.get('') ?? Object.fromEntries(figures),
  ]);
}

function fileAt(path: string, app?: string): FileSource {
  return { kind: 'file', label: path, path, ...(app !== undefined && { app }) };
}

/** The total that hook_stats.py keeps of the workers that are gone. */
const TOTAL = JSON.stringify({
  format: 'hook-stats total 1',
  folded: [],
  started: 3,
  finished: 2,
  responses: [0, 0, 2, 0, 0, 0],
  window: 600,
  buckets: [],
});

test('a file and standard input are read in either format', async () => {
  const path = join(await tempDir(), 'snapshot');
  writeFileSync(path, 'm 1\n');
  expect(await read(fileAt(path, 'web'))).toEqual([['web', 'm', 1]]);
  const stdin = () =>
    Readable.from([
      Buffer.from('{"api": {"started": 4, "fin'),
      Buffer.from('ished": 3, "processing_time": {"avg": 1, "std": 0}}}'),
    ]);
  const source = { kind: 'stdin', label: 'standard input' } as const;
  expect(await read(source, { stdin })).toEqual([
    ['api', undefined, { started: 4, finished: 3, 'processing_time.avg': 1, 'processing_time.std': 0 }],
  ]);
});

test('a file that nobody writes any more is not read', async () => {
  const path = join(await tempDir(), 'snapshot');
  writeFileSync(path, 'm 1\n');
  const written = Date.now() / 1000 - 100;
  utimesSync(path, written, written);
  expect(await read(fileAt(path), { maxAge: 200_000 })).toHaveLength(1);
  await expect(read(fileAt(path), { maxAge: 50_000 })).rejects.toThrow(
    'was written 100 s ago, more than 50 s (hook-max-age): does what writes it still run?',
  );
});

test('a directory has the files of hook_stats.py, of prometheus_client, or both', async () => {
  const path = await tempDir();
  writeFileSync(join(path, 'my%5Fapp.total'), TOTAL);
  expect(await read(fileAt(path))).toMatchObject([['my_app', undefined, { started: 3, finished: 2 }]]);
  writeFileSync(join(path, 'counter_1.db'), makeDb([['["m_total", "m_total", {}, ""]', 7, 0]]));
  expect(await read(fileAt(path, 'web'))).toMatchObject([
    ['web', undefined, { started: 3, finished: 2 }],
    ['web', 'm_total', 7],
  ]);
  rmSync(join(path, 'my%5Fapp.total'));
  expect(await read(fileAt(path, 'web'))).toEqual([['web', 'm_total', 7]]);
});

test('the files of a directory share the limit of their source', async () => {
  const path = await tempDir();
  writeFileSync(join(path, 'app.total'), TOTAL);
  const share = { ...shareOf(1), bytes: 100 };
  await expect(read(fileAt(path), { share })).rejects.toThrow(
    `${path}: its files hold more than 100 bytes, the limit`,
  );
});

test('processes that are gone count for nothing where the source is on this machine', async () => {
  const page = `# TYPE memory gauge\n${[process.pid, 4_194_304].map(pid => `memory{pid="${pid}"} 10\n`).join('')}`;
  const { port, stop } = await serveHttp((_request, response) => response.end(page));
  onTestFinished(stop);
  const memory = async (source: HookSource, own: Partial<Access> = {}) => (await read(source, own))[0]?.[2];
  const url = `http://127.0.0.1:${port}/metrics`;
  expect(await memory({ kind: 'url', label: url, url })).toBe(10);
  const local = url.replace('127.0.0.1', 'localhost');
  expect(await memory({ kind: 'url', label: url, url: local })).toBe(10);
  expect(await memory({ kind: 'url', label: url, url, hosts: 'many' })).toBe(20);
  const stdin = () => Readable.from([Buffer.from(page)]);
  expect(await memory({ kind: 'stdin', label: 'standard input' }, { stdin })).toBe(20);
  const path = join(await tempDir(), 'page');
  writeFileSync(path, page);
  expect(await memory(fileAt(path))).toBe(10);
});
