import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { judgeWorkers } from '../../../src/hook/prometheus/workers.ts';
import { noTurn, parsePage } from '../../helpers/hook-pages.ts';

interface Worker {
  readonly id: string;
  readonly pid?: number;
  readonly state?: string;
}

/** Which of the workers are live, and how many there are in each state. */
async function judge(workers: readonly Worker[], { local = false, hup = '' } = {}) {
  const states = workers.map(
    ({ id, pid = 1, state = 'running' }) =>
      `gunicorn_worker_state{pid="${pid}",state="${state}",timestamp="5",worker_id="${id}"} 1.0\n`,
  );
  const gauges = workers.map(({ id, pid = 1 }) => `memory{pid="${pid}",worker_id="${id}"} 1.0\n`);
  const created = hup && `gunicorn_master_worker_restart_created{reason="hup"} ${hup}\n`;
  const page = await parsePage([...states, ...gauges, created].join(''));
  const judged = await judgeWorkers(page, local, noTurn);
  const live = page.rows.filter(row => row.name === 'memory').filter(judged.isLive);
  return {
    live: live.map(({ labels }) => new Map(labels).get('worker_id')),
    states: Object.fromEntries(judged.states),
  };
}

/** A process of this machine, and a worker's name that fits it. */
async function startWorker(age: number): Promise<Worker & { pid: number; stop(): Promise<void> }> {
  const now = Math.floor(Date.now() / 1000);
  const child = spawn('sleep', ['60']);
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await gone;
  };
  onTestFinished(stop);
  return { id: `worker_${age}_${now}`, pid: child.pid ?? 0, stop };
}

test('workers that quit or abort are not live, and are counted as what they are', async () => {
  const workers = [{ id: 'a' }, { id: 'b', state: 'quitting' }, { id: 'c', state: 'aborting' }];
  expect(await judge(workers)).toEqual({ live: ['a'], states: { running: 1, quitting: 1, aborting: 1 } });
});

test('the first HUP replaced all workers that were there', async () => {
  const workers = [{ id: 'worker_1_100' }, { id: 'worker_2_199' }, { id: 'worker_3_200' }, { id: 'other' }];
  expect(await judge(workers, { hup: '200.9' })).toEqual({
    live: ['worker_3_200', 'other'],
    states: { running: 2 },
  });
});

test('on a page about this machine a worker whose process is not there is dead', async () => {
  const [one, two] = [await startWorker(1), await startWorker(2)];
  await two.stop();
  expect(await judge([one, two], { local: true })).toEqual({ live: [one.id], states: { running: 1 } });
  expect(await judge([one, two])).toEqual({ live: [one.id, two.id], states: { running: 2 } });
});

test('a process that took over the pid of a worker is not that worker', async () => {
  const one = await startWorker(1);
  const old = { id: 'worker_2_1000000000', pid: process.pid };
  expect((await judge([one, old], { local: true })).live).toEqual([one.id]);
});

test('where no worker’s process is there, the pids are those of a container and tell nothing', async () => {
  const workers = [
    { id: 'worker_1_1000000000', pid: 1 },
    { id: 'worker_2_1000000000', pid: process.pid },
  ];
  expect((await judge(workers, { local: true })).live).toEqual([
    'worker_1_1000000000',
    'worker_2_1000000000',
  ]);
});

test('a process is told by the label pid alone, whatever the exporter; a thread of the kernel and init are none', async () => {
  const [one, two] = [await startWorker(1), await startWorker(2)];
  await two.stop();
  const page = await parsePage([one.pid, two.pid, 1, 2].map(pid => `version{pid="${pid}"} 7\n`).join(''));
  const { isLive } = await judgeWorkers(page, true, noTurn);
  expect(page.rows.map(isLive)).toEqual([true, false, false, false]);
  const container = await parsePage('version{pid="1"} 7\nversion{pid="2"} 7\n');
  expect(container.rows.every((await judgeWorkers(container, true, noTurn)).isLive)).toBe(true);
});

test('a row of no worker is taken as it is', async () => {
  const page = await parsePage('gunicorn_sidecar_uptime_seconds 3\n');
  expect(page.rows.every((await judgeWorkers(page, true, noTurn)).isLive)).toBe(true);
});
