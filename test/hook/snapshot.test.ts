import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { shareOf } from '../../src/hook/limits.ts';
import { parseSnapshot } from '../../src/hook/snapshot.ts';
import { noTurn } from '../helpers/hook-pages.ts';

const parse = (bytes: Buffer | string) =>
  parseSnapshot(Buffer.from(bytes), {
    source: 'page',
    app: undefined,
    local: false,
    workers: false,
    share: shareOf(1),
    takeTurn: noTurn,
  });

const GSTATS = '{"a": {"started": 1, "finished": 1, "processing_time": {"avg": 5, "std": 0}}}';

test('a snapshot that came compressed is unpacked', async () => {
  expect(await parse(gzipSync(GSTATS))).toEqual(await parse(GSTATS));
  expect(await parse(gzipSync('m 1\n'))).toEqual(await parse('m 1\n'));
});

test('a compressed one that is damaged, cut or grows beyond the limit is refused', async () => {
  const damaged = 'is compressed with gzip, and damaged or cut short';
  await expect(parse(gzipSync(GSTATS).subarray(0, -4))).rejects.toThrow(damaged);
  await expect(parse(Buffer.from([0x1f, 0x8b, 1, 2]))).rejects.toThrow(damaged);
  await expect(parse(gzipSync(Buffer.alloc(33_554_433)))).rejects.toThrow(
    'holds more than 33554432 bytes, the limit for a hook snapshot',
  );
});

test('a page that begins with a quoted name in braces is no JSON', async () => {
  const [series] = await parse('{"my.metric", a="b"} 2\n');
  expect(series).toMatchObject({ metric: 'my.metric', labels: [['a', 'b']] });
  expect(await parse('{"my.metric"} 2\n')).toHaveLength(1);
  await expect(parse('{"my.metric": 2}\n')).rejects.toThrow('is not what gstats-collectd answers');
});
