import { expect, test } from 'vitest';
import { addTimes, isTorn, parseTotal, parseWorker } from '../../../src/hook/gunicorn/worker-file.ts';

const NOW = 1_700_000_000;
const WINDOW = 10;
const LOST = 'what it counted is lost, remove it';
const HEADER = { format: 'hook-stats worker 1', pid: 4711, start: 123_456, namespace: 1, window: WINDOW };

type Bucket = readonly [second: number, count: number, sum: number, squares: number, max: number];

const NOTHING: Bucket = [0, 0, 0, 0, 0];

/** A file with 9 requests started, 5 finished and 1 abandoned; its last bucket is in the record, others follow. */
function makeWorker(last: Bucket = NOTHING, others: readonly Bucket[] = [], header: object = HEADER): Buffer {
  const bytes = Buffer.alloc(512 + (16 + WINDOW * 5) * 8);
  bytes.fill(' ', 0, 512).write(`${JSON.stringify(header)}`);
  bytes.write('\n', 511);
  const record = [3, 9, 5, 1, 0, 1, 2, 3, 4, 5, ...last, 3];
  record.forEach((number, index) => void bytes.writeDoubleLE(number, 512 + index * 8));
  for (const bucket of others) {
    const place = bucket[0] % WINDOW;
    bucket.forEach((number, index) => void bytes.writeDoubleLE(number, 640 + place * 40 + index * 8));
  }
  return bytes;
}

test('a worker’s file has who it is and what it counted; in progress is what neither finished nor was abandoned', () => {
  expect(parseWorker(makeWorker([NOW, 2, 30, 500, 20]), NOW)).toEqual({
    process: { pid: 4711, start: 123_456, namespace: 1 },
    started: 9,
    finished: 5,
    processing: 3,
    responses: [0, 1, 2, 3, 4, 5],
    times: { count: 2, sum: 30, squares: 500, max: 20 },
  });
  const bytes = makeWorker();
  bytes.writeDoubleLE(2, 512 + 8); // fewer were started than finished
  expect(parseWorker(bytes, NOW).processing).toBe(0);
});

test('times count for the window and not beyond, and the last second only as the record has it', () => {
  const others: Bucket[] = [
    [NOW - 9, 1, 1, 1, 1],
    [NOW - 10, 10, 10, 10, 10], // its place is that of the last second
    [NOW - 3, 100, 100, 100, 100],
    [NOW + 1 - 5, 1000, 1000, 1000, 1000],
  ];
  const bytes = makeWorker([NOW, 3, 3, 3, 3], others);
  expect(parseWorker(bytes, NOW).times.count).toBe(1104);
  expect(parseWorker(bytes, NOW + 1).times.count).toBe(1103);
  expect(parseWorker(bytes, NOW - 1).times.count).toBe(1101 + 10);
  const replaced = makeWorker([NOW, 3, 3, 3, 3], [[NOW, 2, 2, 2, 2]]);
  expect(parseWorker(replaced, NOW).times.count).toBe(3);
});

test('a record is torn where its two ends differ, and one that is cut is not', () => {
  const bytes = makeWorker();
  expect(isTorn(bytes)).toBe(false);
  bytes.writeDoubleLE(4, 512);
  expect(isTorn(bytes)).toBe(true);
  expect(isTorn(bytes.subarray(0, 640))).toBe(true);
  expect(isTorn(bytes.subarray(0, 639))).toBe(false);
});

function put(offset: number, value: number): Buffer {
  const bytes = makeWorker();
  bytes.writeDoubleLE(value, offset);
  return bytes;
}

test.each<[string, Buffer, string]>([
  ['empty', Buffer.alloc(0), `damaged: it is not JSON; ${LOST}`],
  ['noise', Buffer.alloc(2000, 0xff), `damaged: it is not JSON; ${LOST}`],
  ['null', Buffer.from('null'), `damaged: it does not name its format; ${LOST}`],
  [
    'of a strange format',
    makeWorker(NOTHING, [], { format: 'hook-stats worker 1 "quoted"' }),
    `damaged: it does not name its format; ${LOST}`,
  ],
  [
    'of another version',
    makeWorker(NOTHING, [], { ...HEADER, format: 'hook-stats worker 2' }),
    'its format is "hook-stats worker 2", "hook-stats worker 1" is read here: use the hook_stats.py that came with this hap-monitor',
  ],
  [
    'cut',
    makeWorker().subarray(0, -1),
    `damaged: 1039 bytes are not the length of a window of 10 s; ${LOST}`,
  ],
  ['negative', put(512 + 8, -1), `damaged: a count in it is not a whole number of 0 or more; ${LOST}`],
  ['fractional', put(512 + 72, 0.5), `damaged: a count in it is not a whole number of 0 or more; ${LOST}`],
  ['not a number', put(512 + 88, Number.NaN), `damaged: a second in it is not five numbers; ${LOST}`],
])('a worker file that is %s is refused', (_, bytes, message) => {
  expect(() => parseWorker(bytes, NOW)).toThrow(new Error(message));
});

test('the total has nothing in progress, its own buckets, and the files that are part of it', () => {
  const total = {
    format: 'hook-stats total 1',
    folded: ['4711-0a1b2c3d'],
    started: 9,
    finished: 5,
    responses: [0, 1, 2, 3, 4, 5],
    window: WINDOW,
    buckets: [
      [NOW, 2, 30, 500, 20],
      [NOW - 10, 1, 1, 1, 1],
    ],
  };
  expect(parseTotal(JSON.stringify(total), NOW)).toEqual({
    folded: new Set(['4711-0a1b2c3d']),
    started: 9,
    finished: 5,
    processing: 0,
    responses: [0, 1, 2, 3, 4, 5],
    times: { count: 2, sum: 30, squares: 500, max: 20 },
  });
});

test.each([
  ['{', `damaged: it is not JSON; ${LOST}`],
  ['{"format": "hook-stats total 1"}', `damaged: a list in it is missing; ${LOST}`],
  [
    '{"format": "hook-stats total 1", "buckets": [[1, 2]]}',
    `damaged: a second in it is not five numbers; ${LOST}`,
  ],
  [
    '{"format": "hook-stats total 9"}',
    'its format is "hook-stats total 9", "hook-stats total 1" is read here: use the hook_stats.py that came with this hap-monitor',
  ],
])('a total that says %s is refused', (text, message) => {
  expect(() => parseTotal(text, NOW)).toThrow(new Error(message));
});

test('times of two workers add up, apart from the maximum', () => {
  const one = { count: 1, sum: 5, squares: 25, max: 5 };
  expect(addTimes(one, { count: 2, sum: 4, squares: 10, max: 3 })).toEqual({
    count: 3,
    sum: 9,
    squares: 35,
    max: 5,
  });
});
