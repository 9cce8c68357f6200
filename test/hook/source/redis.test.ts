import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { readHooks } from '../../../src/hook/read-all.ts';
import type { HookSource, RedisSource } from '../../../src/plan.ts';
import type { HookSeries } from '../../../src/types.ts';
import { serveAnswers } from '../../../tools/players/fake-haproxy.ts';
import { serveHttp } from '../../../tools/players/http-server.ts';
import { noStdin, recordedAnswer } from '../../helpers/hook-pages.ts';
import { recordedKeys, startRedis, writeKeys } from '../../helpers/redis.ts';

const LIMITS = { timeout: 5000, maxAge: Infinity };

async function read(source: HookSource, limits = LIMITS) {
  const { series, failures } = await readHooks([source], limits, noStdin);
  return {
    series: sorted(series),
    failures: failures.map(({ message }) => message.replace(`${source.label}: `, '')),
  };
}

function sorted(series: readonly HookSeries[]): readonly (readonly [string, object])[] {
  return series
    .map(
      ({ app, metric, labels, figures }) =>
        [JSON.stringify([app, metric, labels]), Object.fromEntries(figures)] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function setUp() {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis;
}

test('the keys of a moment give the datapoints of the exporter’s page of that moment', async () => {
  const redis = await setUp();
  await writeKeys(redis.url, recordedKeys());
  const web = await serveHttp((_, response) => response.end(recordedAnswer('redis/page.prom')));
  onTestFinished(web.stop);
  const url = `http://127.0.0.1:${web.port}/metrics`;
  const page = await read({ kind: 'url', label: url, url, hosts: 'many' });
  expect(page.failures).toEqual([]);
  expect(page.series.length).toBeGreaterThan(7);
  expect(await read(redis.source)).toEqual(page);
  expect(Object.fromEntries(page.series)['[null,"gunicorn_worker_memory_bytes",[]]']).toEqual({
    '': 79_405_056,
  });
});

test('another prefix, another database and 100,000 keys of others are no trouble', async () => {
  const redis = await setUp();
  await writeKeys(redis.url, recordedKeys(), 'sh[o]p', 3);
  const client = await createClient({ url: redis.url, database: 3 }).connect();
  const others = Array.from({ length: 100_000 }, (_, n) => [`session:${n}`, 'x'] as const);
  await client.mSet(others.flat());
  await client.set('sh[o]p:counter:1:metric:nothing', 'x'); // another form: left alone
  client.destroy();
  const { series, failures } = await read({ ...redis.source, database: 3, prefix: 'sh[o]p' });
  expect(failures).toEqual([]);
  expect(Object.fromEntries(series)['[null,"gunicorn_worker_requests_total",[]]']).toEqual({ '': 8 });
  expect(await read({ ...redis.source, database: 3 })).toEqual({
    series: [],
    failures: ['holds no keys gunicorn:...: is the prefix right (?prefix=), and does the exporter run?'],
  });
});

test('a password that is needed, wrong or right, and a database that is not there', async () => {
  const locked = await startRedis('s3cret');
  onTestFinished(() => locked.stop());
  await writeKeys(locked.url.replace('//', '//:s3cret@'), recordedKeys());
  const failures = async (source: RedisSource) => (await read(source)).failures;
  expect(await failures(locked.source)).toEqual(['asks for a password: redis://:PASSWORD@host:port']);
  expect(await failures({ ...locked.source, password: 'wrong' })).toEqual([
    'the user or the password is wrong',
  ]);
  expect(await failures({ ...locked.source, password: 's3cret' })).toEqual([]);
  const open = await setUp();
  expect(await failures({ ...open.source, database: 99 })).toEqual(['has no database 99']);
});

test('keys that are no hashes, or whose values make no sense, are said', async () => {
  const redis = await setUp();
  const client = await createClient({ url: redis.url }).connect();
  onTestFinished(() => client.destroy());
  const id = 'a'.repeat(32);
  await client.set(`gunicorn:counter:1:metric:${id}`, 'x');
  expect((await read(redis.source)).failures).toEqual([
    'a key of that prefix is no hash: is the prefix right?',
  ]);
  await client.del(`gunicorn:counter:1:metric:${id}`);
  await client.hSet(`gunicorn:counter:1:metric:${id}`, { value: '1', timestamp: '0' });
  await client.hSet(`gunicorn:counter:1:meta:${id}`, { original_key: '{"a": 1}' });
  expect((await read(redis.source)).failures).toEqual([
    'has a key that is not the name and the labels of a metric, or one beyond the limits',
  ]);
});

test('what is slow, silent, dead, endless or no Redis is one line within the time', async () => {
  const play = async (answer: Parameters<typeof serveAnswers>[1]) => {
    const { port, stop } = await serveAnswers({ port: 0 }, answer);
    onTestFinished(stop);
    return {
      kind: 'redis',
      label: `redis://127.0.0.1:${port}`,
      host: '127.0.0.1',
      port,
      database: 0,
      prefix: 'g',
    } as const;
  };
  const say = async (source: RedisSource) => (await read(source, { ...LIMITS, timeout: 1000 })).failures;
  const late = 'could not be read whole within 1 s (hook-timeout)';
  expect(await say(await play(() => undefined))).toEqual([late]);
  expect(await say(await play((_, socket) => socket.destroy()))).toEqual([
    expect.stringMatching(/^the connection was closed without an answer/),
  ]);
  expect(await say(await play((_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')))).toEqual([
    'answers what is not Redis: is this the right port?',
  ]);
  const endless = await play((_, socket) => {
    socket.write('$4000000000\r\n');
    const pour = (): void => {
      while (socket.writable && socket.write(Buffer.alloc(65_536, 'x')));
    };
    socket.on('drain', pour);
    pour();
  });
  expect((await read(endless)).failures).toEqual(['sends more than 33554432 bytes, the limit']);
  const redis = await startRedis();
  await redis.stop();
  expect(await say(redis.source)).toEqual(['connection refused: nothing listens there']);
});
