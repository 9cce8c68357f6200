import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shapeWorkers } from '../../../src/hook/prometheus/worker-series.ts';
import { readHooks } from '../../../src/hook/read-all.ts';
import { makeDb } from '../../helpers/db-file.ts';
import { noStdin, noTurn, parsePage } from '../../helpers/hook-pages.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

/** The figures of each worker in turn, `ID METRIC FIGURE VALUE`. */
async function shape(text: string, local = false): Promise<readonly string[]> {
  const series = await shapeWorkers(await parsePage(text), local, noTurn);
  return series.flatMap(({ id, metric, figures }) =>
    Array.from(figures, ([name, value]) => [id, metric, name, value].filter(part => part !== '').join(' ')),
  );
}

function startProcess(): number {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill());
  return child.pid ?? 0;
}

test('workers are given in the order of their start; quantiles and what is of no worker are not', async () => {
  const rows = (id: string, count: number) =>
    `requests_total{worker_id="${id}"} ${count}\nmemory{pid="5",worker_id="${id}"} ${count * 10}\n` +
    `took_bucket{le="1",worker_id="${id}"} ${count}\ntook_bucket{le="+Inf",worker_id="${id}"} ${count}\n` +
    `took_sum{worker_id="${id}"} 6\ntook_count{worker_id="${id}"} ${count}\n`;
  const page = ['worker_10_200', 'worker_9_200', 'worker_1_201'].map((id, at) => rows(id, at + 1)).join('');
  const types = '# TYPE took histogram\n# TYPE memory gauge\n';
  expect(await shape(`${types}master_total 7\nother{pid="5"} 1\n${page}`)).toEqual([
    ...['worker_9_200 requests_total 2', 'worker_9_200 memory 20'],
    ...['worker_9_200 took count 2', 'worker_9_200 took sum 6', 'worker_9_200 took avg 3'],
    ...['worker_10_200 requests_total 1', 'worker_10_200 memory 10'],
    ...['worker_10_200 took count 1', 'worker_10_200 took sum 6', 'worker_10_200 took avg 6'],
    ...['worker_1_201 requests_total 3', 'worker_1_201 memory 30'],
    ...['worker_1_201 took count 3', 'worker_1_201 took sum 6', 'worker_1_201 took avg 2'],
  ]);
});

test('a worker that is gone has no figures, not even counters, which have no label that tells', async () => {
  const [live, dead] = [startProcess(), spawn('true')];
  await once(dead, 'exit');
  const now = Math.floor(Date.now() / 1000);
  const rows = [live, dead.pid]
    .map(
      (pid, age) =>
        `m{pid="${pid}",worker_id="worker_${age}_${now}"} 1\nn{worker_id="worker_${age}_${now}"} 2\n`,
    )
    .join('');
  expect(await shape(rows, true)).toEqual([`worker_0_${now} m 1`, `worker_0_${now} n 2`]);
  const quits =
    'gunicorn_worker_state{pid="1",state="quitting",timestamp="5",worker_id="a"} 1\nn{worker_id="a"} 2\n';
  expect(await shape(quits)).toEqual([]);
});

test('of the files of prometheus_client each live process is a worker, its counters included', async () => {
  const dir = await tempDir();
  const [one, two] = [startProcess(), startProcess()];
  for (const [pid, value] of [
    [two, 2],
    [one, 1],
    [1, 4],
  ] as const) {
    writeFileSync(join(dir, `counter_${pid}.db`), makeDb([['["c", "c_total", {"path": "/"}]', value, 0]]));
    writeFileSync(join(dir, `gauge_max_${pid}.db`), makeDb([['["g", "g", {}]', value, 0]]));
  }
  const { series, failures } = await readHooks(
    [{ kind: 'file', label: 'DIR', path: dir }],
    { timeout: 20_000, maxAge: Infinity, workers: true },
    noStdin,
  );
  expect(failures).toEqual([]);
  const found = series.map(({ metric, figures, worker }) => [
    metric,
    figures.get(''),
    worker?.source,
    worker?.id,
  ]);
  expect(found.sort()).toEqual([
    ['c_total', 1, 'DIR', String(one)],
    ['c_total', 2, 'DIR', String(two)],
    ['c_total', 7, undefined, undefined],
    ['g', 1, 'DIR', String(one)],
    ['g', 2, 'DIR', String(two)],
    ['g', 4, undefined, undefined],
  ]);
});
