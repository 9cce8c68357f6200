import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Haproxy, startHaproxy } from '../../tools/players/haproxy.ts';
import { freePort, waitFor } from '../../tools/players/process.ts';
import { lineIn } from '../helpers/line.ts';
import { runBin } from '../helpers/run-bin.ts';
import { type Statsd, startStatsd } from '../helpers/statsd.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SENT = 'lb.h.1.web.FRONTEND.stot';
const MORE = ['--hostname', 'h', '--metrics', 'stot', 'scur', '--counters', 'delta'];

async function start(dir: string): Promise<{ haproxy: Haproxy; ask(times: number): Promise<void> }> {
  const haproxy = await startHaproxy({ dir });
  return {
    haproxy,
    ask: async times => {
      for (let request = 0; request < times; request++) await haproxy.get('/');
    },
  };
}

async function total(statsd: Statsd): Promise<number> {
  return (await statsd.counters()).get(SENT) ?? 0;
}

test('the sum that a real statsd counts is what a real HAProxy counted, over runs, a reload, a lost run and two at once', async () => {
  const dir = await tempDir();
  const spool = join(dir, 'spool');
  const statsd = await startStatsd();
  onTestFinished(() => statsd.stop());
  const run = (socket: string, port = statsd.port) =>
    runBin([
      '--sockets',
      socket,
      '--backend',
      `127.0.0.1:${port}::lb`,
      '--type',
      'S',
      '--protocol',
      'tcp',
      '--spool',
      spool,
      '--retries',
      '0',
      ...MORE,
    ]);
  const expectTotal = async (sum: number) => {
    await waitFor(async () => (await total(statsd)) === sum, `statsd to count ${sum}`, 3000);
  };

  const first = await start(dir);
  await first.ask(5);
  expect(await run(first.haproxy.socket)).toMatchObject({ code: 0, stderr: '' });
  expect((await statsd.counters()).has(SENT)).toBe(false); // a first run knows no difference
  expect((await statsd.gauges()).has('lb.h.1.web.FRONTEND.scur')).toBe(true);

  await first.ask(7);
  expect(await run(first.haproxy.socket)).toMatchObject({ code: 0, stderr: '' });
  await expectTotal(7);

  await first.ask(3);
  expect(await run(first.haproxy.socket, await freePort())).toMatchObject({ code: 4 });
  await first.ask(2);
  const both = await Promise.all([run(first.haproxy.socket), run(first.haproxy.socket)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  await first.haproxy.stop();

  const second = await start(dir);
  await second.ask(4);
  expect(await run(second.haproxy.socket)).toMatchObject({ code: 0, stderr: '' });
  await expectTotal(7 + 3 + 2 + 4);
  await second.haproxy.stop();
  const lines = readdirSync(spool).sort(); // the lost run was another line, to another receiver
  const files = lines.flatMap(line => readdirSync(join(spool, line)));
  expect(lines.map(line => line.replace(/[^-]*$/, ''))).toEqual(['line-', 'line-', 'series-', 'series-']);
  expect(files.map(file => file.replace(/\d+-line-[0-9a-f]{8}\.json$/, ''))).toEqual([
    ...['runs.json', 'runs.json'],
    ...['totals-127.0.0.1_', 'totals-127.0.0.1_'],
  ]);
}, 60_000);

test('damaged totals are said once and begun anew', async () => {
  const dir = await tempDir();
  const spool = join(dir, 'spool');
  const statsd = await startStatsd();
  onTestFinished(() => statsd.stop());
  const { haproxy, ask } = await start(dir);
  onTestFinished(haproxy.stop);
  const run = () =>
    runBin([
      '--sockets',
      haproxy.socket,
      '--backend',
      `127.0.0.1:${statsd.port}::lb`,
      '--type',
      'S',
      '--protocol',
      'tcp',
      '--spool',
      spool,
      ...MORE,
    ]);
  expect((await run()).code).toBe(0);
  const [file = ''] = readdirSync(lineIn(spool, 'series')).filter(name => name.startsWith('totals-'));
  writeFileSync(join(lineIn(spool, 'series'), file), '{"format":"hap-monitor totals 1"}');
  await ask(3);
  expect(await run()).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${spool}: the totals of the run before are damaged, and are begun anew: it is not "hap-monitor totals 1"\n`,
  });
  await ask(2);
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
  await waitFor(async () => (await total(statsd)) === 2, 'statsd to count 2', 3000);
});

test('delta without a spool is a usage error', async () => {
  expect(await runBin(['--sockets', '/s', '--backend', '127.0.0.1:8125', ...MORE])).toMatchObject({
    code: 2,
    stderr: 'hap-monitor: --counters: delta needs --spool, where a run leaves its totals for the next\n',
  });
});
