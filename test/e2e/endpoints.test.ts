import { expect, onTestFinished, test } from 'vitest';
import { startHaproxy, statsAuth } from '../../tools/players/haproxy.ts';
import { freePort } from '../../tools/players/process.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const TO_GRAPHITE = [
  '--backend',
  'h',
  '--type',
  'G',
  '--hostname',
  'lb1',
  '--metrics',
  'weight',
  '--dry-run',
  '--sockets',
];

test('a real HAProxy is read by path, unix URL, TCP, stats page, glob and directory alike', async () => {
  const dir = await tempDir();
  const port = await freePort();
  const haproxy = await startHaproxy({ dir, global: `stats socket ipv4@127.0.0.1:${port} level user` });
  onTestFinished(haproxy.stop);
  const [user, ...password] = statsAuth.split(':');
  const page = haproxy.statsUrl.replace('//', `//${user}:${encodeURIComponent(password.join(':'))}@`);

  const reference = await runBin([...TO_GRAPHITE, haproxy.socket]);
  expect(reference).toMatchObject({ code: 0, stderr: '' });
  const rows = reference.stdout.replace(/ \d+$/gm, '');
  expect(rows).toContain('haproxy.lb1.1.app.one.weight 1\n');

  for (const endpoint of [`unix://${haproxy.socket}`, `tcp://127.0.0.1:${port}`, page]) {
    const ran = await runBin([...TO_GRAPHITE, endpoint]);
    expect([endpoint, ran.stderr, ran.code, ran.stdout.replace(/ \d+$/gm, '')]).toEqual([
      endpoint,
      '',
      0,
      rows,
    ]);
  }
  for (const set of [`${dir}/*.sock`, dir]) {
    const ran = await runBin([...TO_GRAPHITE, set]);
    expect([set, ran.stderr, ran.stdout.replace(/ \d+$/gm, '')]).toEqual([
      set,
      '',
      rows.replaceAll('.lb1.1.', '.lb1.haproxy.'),
    ]);
  }
});

test('a real stats page without its password says what to give', async () => {
  const haproxy = await startHaproxy({ dir: await tempDir() });
  onTestFinished(haproxy.stop);
  expect(await runBin([...TO_GRAPHITE, haproxy.statsUrl, '--pull-retries', '0'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `hap-monitor: ${haproxy.statsUrl};csv: answered 401: give user and password, http://user:password@host:port/path\n`,
  });
});
