import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { type Statsd, startStatsd } from '../helpers/statsd.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SILENT = { code: 0, stdout: '', stderr: '' };

async function start(): Promise<Statsd> {
  const statsd = await startStatsd();
  onTestFinished(() => statsd.stop());
  return statsd;
}

async function setGauge(statsd: Statsd, name: string, value: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.send(`${name}:0|g\n${name}:${value}|g`, statsd.port, '127.0.0.1', () => socket.close());
  await waitFor(async () => (await statsd.gauges()).get(name) === value, `${name} to be ${value}`, 2000);
}

test.each([['udp'], ['tcp']])(
  'a lastsess of -1 shows as -1 over %s, whatever the gauge was before',
  async protocol => {
    const statsd = await start();
    const haproxy = await startHaproxy({ dir: await tempDir() });
    onTestFinished(haproxy.stop);
    const args = ['--backend', `127.0.0.1:${statsd.port}`, '--hostname', 'lb1', '--protocol', protocol];
    const gauge = 'haproxy.lb1.1.app.one.lastsess';

    for (const before of [undefined, 12, -1, -7, 0]) {
      if (before !== undefined) await setGauge(statsd, gauge, before);
      expect(await runBin([...args, '--metrics', 'all', '--sockets', haproxy.socket])).toMatchObject(SILENT);
      await waitFor(
        async () => (await statsd.gauges()).get(gauge) === -1,
        `${gauge} to be -1 after ${before}`,
        2000,
      );
    }
    expect((await statsd.counters()).get('statsd.bad_lines_seen')).toBe(0);
  },
);

test.each([['udp'], ['tcp']])('every gauge of a recorded HAProxy arrives over %s', async protocol => {
  const statsd = await start();
  const { socket } = await playHaproxy();
  const args = ['--backend', `127.0.0.1:${statsd.port}::lb`, '--type', 's', '--protocol', protocol];
  const all = [...args, '--metrics', 'all', '--sockets', socket];

  const { stdout } = await runBin([...all, '--dry-run']);
  const wanted = new Map<string, number>();
  for (const line of stdout.trimEnd().split('\n')) {
    const [name = '', value] = line.replace('|g', '').split(':');
    wanted.set(name, Number(value));
  }
  expect(wanted.size).toBeGreaterThan(2000);
  expect(await runBin(all)).toMatchObject(SILENT);
  await waitFor(async () => (await statsd.gauges()).size === wanted.size, `${wanted.size} gauges`, 5000);
  expect(await statsd.gauges()).toEqual(wanted);
  expect((await statsd.counters()).get('statsd.bad_lines_seen')).toBe(0);
});

test('DD_ variables in the environment change nothing', async () => {
  const { socket } = await playHaproxy();
  const receiver = await receive();
  const env = {
    DD_ENV: 'prod',
    DD_TAGS: 'a:1',
    DD_AGENT_HOST: '192.0.2.1',
    DD_DOGSTATSD_URL: 'udp://192.0.2.1:1',
  };
  const args = ['--backend', `127.0.0.1:${receiver.port}`, '--hostname', 'lb1', '--sockets', socket];

  expect(await runBin(args, { env })).toMatchObject(SILENT);
  const { stdout } = await runBin([...args, '--dry-run']);
  await waitFor(() => receiver.lines().length === stdout.trimEnd().split('\n').length, 'all gauges', 2000);
  expect(receiver.lines().sort()).toEqual(stdout.trimEnd().split('\n').sort());
  for (const datagram of receiver.datagrams()) expect(datagram.length).toBeLessThanOrEqual(1432);
});
