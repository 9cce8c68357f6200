import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { shapePage } from '../../../../src/hook/prometheus/series.ts';
import { readHooks } from '../../../../src/hook/read-all.ts';
import type { HookSeries } from '../../../../src/types.ts';
import { makeDb } from '../../../helpers/db-file.ts';
import { noStdin, noTurn, parsePage } from '../../../helpers/hook-pages.ts';
import { tempDir } from '../../../helpers/temp-dir.ts';

const script = fileURLToPath(new URL('../../../helpers/multiprocess.py', import.meta.url));

/** Three processes have counted into a directory, and one of them lives; and the page that prometheus_client makes of it. */
async function setUp() {
  const dir = await tempDir();
  const child = spawn('/usr/bin/python3', [script, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  let page = '';
  for await (const piece of child.stdout) {
    page += piece;
    if (page.endsWith('# EOF\n')) break;
  }
  return { dir, page, pid: child.pid };
}

async function read(path: string) {
  const { series, failures } = await readHooks(
    [{ kind: 'file', label: path, path, app: 'web' }],
    { timeout: 20_000, maxAge: Infinity },
    noStdin,
  );
  return {
    figures: figuresOf(series),
    failures: failures.map(({ message }) => message.replaceAll(path, 'DIR')),
  };
}

function figuresOf(series: readonly Omit<HookSeries, 'app'>[]): Record<string, number> {
  return Object.fromEntries(
    series.flatMap(({ metric, labels, figures }) =>
      Array.from(figures, ([name, value]) => [
        [metric, ...labels.flat(), name].filter(Boolean).join(' '),
        value,
      ]),
    ),
  );
}

test('what is read is what prometheus_client’s own collector shows, and gauges of the living alone', async () => {
  const { dir, page } = await setUp();
  const { figures, failures } = await read(dir);
  expect(failures).toEqual([]);
  const shown = figuresOf(await shapePage(await parsePage(page), true, noTurn));
  expect(figures).toEqual({ ...shown, gauge_livesum: 4 });
  expect(figures).toMatchObject({
    'requests_total path /"é"\\': 7,
    'latency path / count': 9,
    'latency path / sum': expect.closeTo(5.55 * 7, 9),
    'size sum': 7,
    gauge_all: 4,
    gauge_liveall: 4,
    gauge_min: 1,
    gauge_max: 4,
    gauge_sum: 7,
  });
});

test('files of later versions, with the time of each value, are read; of the most recent mode the latest value', async () => {
  const { dir } = await setUp();
  const before = await read(dir);
  for (const name of readdirSync(dir))
    writeFileSync(join(dir, name), addTimes(readFileSync(join(dir, name))));
  expect(await read(dir)).toEqual(before);
  for (const [pid, value, time] of [
    [1, 5, 100],
    [2, 6, 300],
    [3, 7, 200],
  ] as const)
    writeFileSync(join(dir, `gauge_mostrecent_${pid}.db`), makeDb([['["m", "m", {}, ""]', value, time]]));
  expect((await read(dir)).figures).toMatchObject({ m: 6 });
});

test('a histogram of very many buckets takes no longer than as many counters', async () => {
  const dir = await tempDir();
  const bucket = (n: number) => [`["h", "h_bucket", {"le": "${n}"}, ""]`, 1, 0] as const;
  writeFileSync(join(dir, 'histogram_1.db'), makeDb(Array.from({ length: 90_000 }, (_, n) => bucket(n))));
  const from = performance.now();
  expect(await read(dir)).toMatchObject({ failures: [], figures: { 'h count': 90_000 } });
  expect(performance.now() - from).toBeLessThan(15_000);
  const most = 8 * 1024 * 1024;
  const large = Buffer.alloc(most + 1);
  large.writeUInt32LE(large.length);
  writeFileSync(join(dir, 'counter_1.db'), large);
  expect((await read(dir)).failures).toEqual([
    `DIR/counter_1.db: ${most + 1} bytes, more than ${most}: remove it`,
  ]);
});

test('where no process is there the pids are those of a container, and all gauges count', async () => {
  const dir = await tempDir();
  for (const pid of [1, 2])
    writeFileSync(join(dir, `gauge_livesum_${pid}.db`), makeDb([['["m", "m", {}, ""]', pid, 0]]));
  expect(await read(dir)).toEqual({ figures: { m: 3 }, failures: [] });
});

test.each<[string, Buffer, string]>([
  [
    'cut',
    makeDb([['["m", "m", {}, ""]', 1, 0]]).subarray(0, -9),
    'is damaged, or no file of prometheus_client: remove it',
  ],
  ['noise', Buffer.alloc(100, 0xff), 'is damaged, or no file of prometheus_client: remove it'],
  [
    'of a key that is none',
    makeDb([['[1, 2, 3]', 1, 0]]),
    'has a key that is not the name and the labels of a metric, or one beyond the limits',
  ],
])('a file that is %s is named', async (_, bytes, message) => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'counter_77.db'), bytes);
  expect(await read(dir)).toEqual({ figures: {}, failures: [`DIR/counter_77.db: ${message}`] });
});

test('a gauge of a mode to come is said; a file that was just made is empty; a link is no file', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'counter_1.db'), Buffer.alloc(65_536));
  writeFileSync(join(dir, 'counter_2.db'), '');
  expect(await read(dir)).toEqual({ figures: {}, failures: [] });
  for (const pid of [1, 2])
    writeFileSync(join(dir, `gauge_median_${pid}.db`), makeDb([['["m", "m", {}, ""]', 1, 0]]));
  expect((await read(dir)).failures).toEqual([
    'DIR/gauge_median_2.db: has a gauge of a mode that is unknown here',
  ]);
  for (const pid of [1, 2]) rmSync(join(dir, `gauge_median_${pid}.db`));
  symlinkSync('counter_1.db', join(dir, 'counter_3.db'));
  expect((await read(dir)).failures).toEqual(['DIR/counter_3.db: it is a symbolic link']);
});

/** A file of an earlier version, whose entries end with the value, as a later one writes it. */
function addTimes(bytes: Buffer): Buffer {
  const entries: [string, number, number][] = [];
  for (let at = 8; at < bytes.readUInt32LE(0); ) {
    const length = bytes.readUInt32LE(at);
    const end = at + 4 + length + (8 - ((length + 4) % 8));
    entries.push([bytes.toString('utf8', at + 4, at + 4 + length), bytes.readDoubleLE(end), 100]);
    at = end + 8;
  }
  return makeDb(entries);
}
