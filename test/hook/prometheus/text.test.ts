import { expect, test } from 'vitest';
import { parsePage } from '../../helpers/hook-pages.ts';

const rowsOf = async (text: string) => (await parsePage(text)).rows;

test('a row is a name, labels and a value; a timestamp and an exemplar change nothing', async () => {
  const page = [
    '# HELP a_total Anything, even {="\\ in it',
    '# TYPE a_total counter',
    '# A comment, and one without a blank:',
    '#x',
    '',
    'a_total 1',
    'a_total{} 2',
    '  a_total\t{ b = "1" , a="2", } 3.5e+03 1395066363000  ',
    'a_bucket{le="0.1"}7 # {trace_id="x"} 0.05 1520879607.789',
    ':r:u_le .5',
    'nan NaN',
    '# EOF',
    '',
  ].join('\n');
  expect(await parsePage(page)).toEqual({
    types: new Map([['a_total', 'counter']]),
    rows: [
      { name: 'a_total', labels: [], value: 2 },
      {
        name: 'a_total',
        labels: [
          ['a', '2'],
          ['b', '1'],
        ],
        value: 3500,
      },
      { name: 'a_bucket', labels: [['le', '0.1']], value: 7 },
      { name: ':r:u_le', labels: [], value: 0.5 },
      { name: 'nan', labels: [], value: NaN },
    ],
  });
});

test('escapes in a label are undone, brackets, commas and blanks in it are its own', async () => {
  const [row] = await rowsOf('a{p="C:\\\\dir\\n\\"q\\", {x} = é"} 1\n');
  expect(row?.labels).toEqual([['p', 'C:\\dir\n"q", {x} = é']]);
});

test('an empty label is none, so both rows are one series', async () => {
  expect(await rowsOf('a{b=""} 1\na 2\n')).toEqual([{ name: 'a', labels: [], value: 2 }]);
});

test('of a series that is repeated the last row counts, in whatever order its labels stand', async () => {
  const rows = await rowsOf('a{x="1",y="2"} 1\na{y="2",x="1"} 5\n');
  expect(rows.map(({ value }) => value)).toEqual([5]);
});

test('lines may end with CR and LF', async () => {
  expect(await parsePage('# TYPE a gauge\r\na{b="c"} 1\r\n')).toEqual({
    types: new Map([['a', 'gauge']]),
    rows: [{ name: 'a', labels: [['b', 'c']], value: 1 }],
  });
});

test('of a worker the newest state is kept, within a second the one it ended in', async () => {
  const state = (worker: string, second: number, name: string) =>
    `gunicorn_worker_state{pid="1",state="${name}",timestamp="${second}",worker_id="${worker}"} 1.0\n`;
  const page =
    state('a', 9, 'running') +
    state('a', 12, 'running') +
    state('a', 10, 'running') +
    state('b', 7, 'quitting') +
    state('b', 7, 'running') +
    state('c', 7, 'running') +
    state('c', 7, 'aborting');
  const kept = (await rowsOf(page)).map(({ labels }) => labels.map(([, value]) => value).join(' '));
  expect(kept).toEqual(['1 running 12 a', '1 quitting 7 b', '1 aborting 7 c']);
});

test('a day of states of a busy server is folded while it is read', async () => {
  const row = (n: number) =>
    `gunicorn_worker_state{pid="1",state="running",timestamp="${n}",worker_id="worker_${n % 4}_1"} 1.0\n`;
  expect(await rowsOf(Array.from({ length: 120_000 }, (_, n) => row(n)).join(''))).toHaveLength(4);
});

test.each([
  ['hello world\n', 'is neither JSON of gstats nor Prometheus text: line 1 is "hello world"'],
  [
    'Requests: started=1, finished=1\n',
    'is neither JSON of gstats nor Prometheus text: line 1 is "Requests: started=1, finished=1"',
  ],
  ['a 1\nb\n', 'is damaged or cut short: line 2 is not Prometheus text: "b"'],
  ['a 1\nb{c="d 1\n', 'is damaged or cut short: line 2 is not Prometheus text: "b{c=\\"d 1"'],
  ['a 1\nb{c=d} 1\n', 'is damaged or cut short: line 2 is not Prometheus text: "b{c=d} 1"'],
  [
    'a 1\nb{c="d" e="f"} 1\n',
    'is damaged or cut short: line 2 is not Prometheus text: "b{c=\\"d\\" e=\\"f\\"} 1"',
  ],
  ['a 1\nb 0x1p3\n', 'is damaged or cut short: line 2 is not Prometheus text: "b 0x1p3"'],
  ['a 1\nb 1 2 3\n', 'is damaged or cut short: line 2 is not Prometheus text: "b 1 2 3"'],
  ['a 1\nb 12', 'is cut short: its last line does not end'],
  ['# TYPE a gauge\na{b="c', 'is damaged or cut short: line 2 is not Prometheus text: "a{b=\\"c"'],
])('%j is refused: %s', async (text, message) => {
  await expect(parsePage(text)).rejects.toThrow(new Error(message));
});

const TOO_MANY = 'holds more than 100000 rows, or 16777216 characters in them, the limit for a hook snapshot';

test('rows, labels and their length have limits', async () => {
  const rows = (count: number) => Array.from({ length: count }, (_, n) => `a{n="${n}"} 1\n`).join('');
  expect(await rowsOf(rows(100_000))).toHaveLength(100_000);
  await expect(rowsOf(rows(100_001))).rejects.toThrow(TOO_MANY);
  const long = (count: number) =>
    Array.from({ length: count }, (_, n) => `a{b="${n}",c="${'x'.repeat(1000)}"} 1\n`).join('');
  expect(await rowsOf(long(16_000))).toHaveLength(16_000);
  await expect(rowsOf(long(17_000))).rejects.toThrow(TOO_MANY);
  const labels = (count: number) => `a{${Array.from({ length: count }, (_, n) => `l${n}="1"`).join()}} 1\n`;
  expect(await rowsOf(labels(64))).toHaveLength(1);
  await expect(rowsOf(labels(65))).rejects.toThrow('line 1 has 65 labels, the limit is 64');
  expect(await rowsOf(`a{b="${'x'.repeat(1024)}"} 1\n`)).toHaveLength(1);
  await expect(rowsOf(`\na{b="${'x'.repeat(1025)}"} 1\n`)).rejects.toThrow(
    'line 2: the label b is longer than 1024 characters, the limit',
  );
});
