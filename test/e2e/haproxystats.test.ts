// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCarbon } from '../../tools/players/carbon.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { startReceiver } from '../../tools/players/receiver.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { startStatsd } from '../helpers/statsd.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SILENT = { code: 0, stdout: '', stderr: '' };

async function ask(socket: string): Promise<Record<string, string>[]> {
  const connection = createConnection(socket);
  connection.write('show stat\n');
  const [header = '', ...rows] = Buffer.concat(await connection.toArray())
    .toString()
    .trim()
    .split('\n');
  const columns = header.slice(2).split(',');
  return rows.map(row =>
    Object.fromEntries(row.split(',').map((cell, index) => [columns[index] ?? '', cell])),
  );
}

test('three real HAProxies with different traffic: carbon has the sums of their own CSV', async () => {
  const dir = await tempDir();
  const carbon = await startCarbon({ dir });
  onTestFinished(() => carbon.stop());
  await mkdir(join(dir, 'sockets'));
  const sockets: string[] = [];
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const haproxy = await startHaproxy({ dir: join(dir, 'sockets'), name });
    onTestFinished(haproxy.stop);
    for (let request = 0; request < 3 * index + 2; request++) await haproxy.get('/');
    sockets.push(haproxy.socket);
  }
  const config = join(dir, 'haproxystats.conf');
  await writeFile(
    config,
    `[paths]\nbase-dir = ${dir}\n[pull]\nsocket-dir = \${paths:base-dir}/sockets\n` +
      `[graphite]\nserver = 127.0.0.1\nport = ${carbon.port}\nnamespace = lb\nfqdn = false\n`,
  );
  const args = ['--config', config, '--hostname', 'lb1'];
  const { stdout } = await runBin([...args, '--dry-run']);
  expect(await runBin(args)).toMatchObject(SILENT);
  const rows = (await Promise.all(sockets.map(ask))).flat();

  // Numbers that stand still once the traffic has stopped, summed over the three processes by a few lines of its own.
  await carbon.settled(stdout.trimEnd().split('\n').length);
  const fields = ['stot', 'hrsp_2xx', 'bin', 'bout', 'smax', 'slim', 'rate_max'];
  const objects = [
    ['web', 'FRONTEND', 'frontend.web'],
    ['app', 'BACKEND', 'backend.app'],
    ['app', 'one', 'backend.app.server.one'],
    ['raw', 'one', 'backend.raw.server.one'],
  ];
  for (const [proxy, service, path] of objects) {
    const matching = rows.filter(row => row.pxname === proxy && row.svname === service);
    expect(matching).toHaveLength(3);
    for (const field of fields) {
      const sum = matching.reduce((total, row) => total + Number(row[field]), 0);
      const stored = await carbon.read(`lb.lb1.haproxy.${path}.${field}`);
      expect([path, field, ...stored.values()]).toEqual([path, field, sum]);
    }
  }
  expect([...(await carbon.read('lb.lb1.haproxy.frontend.web.hrsp_2xx')).values()]).toEqual([2 + 5 + 8]);
  expect([...(await carbon.read('lb.lb1.haproxy.backend.app.server.one.status.UP')).values()]).toEqual([3]);
  expect([...(await carbon.read('lb.lb1.haproxy.backend.app.TotalServers')).values()]).toEqual([2]);
});

test('one endpoint of three is missing: the other two are aggregated, one line, exit 1', async () => {
  const dir = await tempDir();
  for (const process of ['p1', 'p3']) {
    const haproxy = await serveAnswers(join(dir, `${process}.sock`), recorded(`nbproc-${process}`));
    onTestFinished(haproxy.stop);
  }
  const config = join(dir, 'c.conf');
  const servers = ['p1', 'p2', 'p3'].map(process => `unix://${dir}/${process}.sock`).join(', ');
  await writeFile(config, `[pull]\nservers = ${servers}\nretries = 0\n[graphite]\nprefix-hostname = false\n`);
  const ran = await runBin(['--config', config, '--dry-run']);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toBe(
    `hap-monitor: unix:${dir}/p2.sock: no such socket: is HAProxy running, and is this the path of its "stats socket"?\n`,
  );
  const stot = ['nbproc-p1', 'nbproc-p3'].map(
    folder => /^fe\.main,FRONTEND(?:,[^,]*){5},(\d+)/m.exec(recorded(folder))?.[1],
  );
  const sum = Number(stot[0]) + Number(stot[1]);
  expect(ran.stdout).toMatch(
    new RegExp(`^loadbalancers\\.haproxy\\.frontend\\.fe_main\\.stot ${sum} \\d+$`, 'm'),
  );
});

test('one run feeds Graphite, StatsD and the local store', async () => {
  const { dir, socket } = await playHaproxy();
  const graphite = await startReceiver();
  onTestFinished(graphite.stop);
  const statsd = await startStatsd();
  onTestFinished(() => statsd.stop());
  const config = join(dir, 'c.conf');
  await writeFile(
    config,
    `[pull]\nservers = unix://${socket}\n[graphite]\nport = ${graphite.port}\nprefix-hostname = false\n` +
      `[statsd]\nport = ${statsd.port}\nprefix = sd\n[local-store]\ndir = ${dir}/store\n`,
  );
  expect(await runBin(['--config', config])).toMatchObject(SILENT);

  const [epoch = ''] = await readdir(join(dir, 'store'));
  const stored = (await readFile(join(dir, 'store', epoch, 'stats'), 'utf8')).trimEnd().split('\n');
  const steady = (lines: readonly string[]) => lines.filter(line => !line.includes('WallClockTime'));
  expect(graphite.lines().length).toBeGreaterThan(1000);
  expect(steady(stored)).toEqual(steady(graphite.lines()));
  await waitFor(async () => (await statsd.gauges()).size === stored.length, 'the gauges');
  expect((await statsd.gauges()).get('sd.haproxy.frontend.fe_main.stot')).toBeGreaterThan(100);
});

test('flags win over the config file, and --backend replaces its backends', async () => {
  const { dir, socket } = await playHaproxy();
  const receiver = await receive();
  const config = join(dir, 'c.conf');
  await writeFile(
    config,
    `[pull]\nservers = unix:///nowhere.sock\n[graphite]\nport = 1\n[statsd]\nport = 1\n`,
  );
  const args = ['--config', config, '--sockets', socket, '--layout', 'hap-monitor'];
  const backend = ['--backend', `127.0.0.1:${receiver.port}::root`, '--type', 'G', '--hostname', 'h'];
  expect(await runBin([...args, ...backend])).toMatchObject(SILENT);
  expect(receiver.lines()[0]).toMatch(/^root\.h\.1\.Idle_pct \d+ \d+$/);
});

test('with a config file what cannot be delivered waits in its base-dir', async () => {
  const { dir, socket } = await playHaproxy();
  const receiver = await startReceiver();
  const config = join(dir, 'c.conf');
  const text = `[paths]\nbase-dir = ${dir}\n[pull]\nservers = unix://${socket}\n[graphite]\nport = ${receiver.port}\nretries = 0\n`;
  await writeFile(config, text);
  await receiver.stop();
  const ran = await runBin(['--config', config]);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toMatch(
    /connection refused: nothing listens there; \d+ datapoints wait in \S+\/spool\/127\.0\.0\.1_\d+\n$/,
  );
  expect(await readdir(join(dir, 'spool', `127.0.0.1_${receiver.port}`))).toHaveLength(1);
});

test('-p and -P print INI files that read back to the same, to this reader and to Python', async () => {
  const dir = await tempDir();
  const config = join(dir, 'c.conf');
  await writeFile(
    config,
    '[DEFAULT]\nretries = 7\n[paths]\nbase-dir = /srv/$$x\n[pull]\nservers = unix://${paths:base-dir}/a.sock,\n  unix:///b.sock\n' +
      '[graphite]\nnamespace = a.b\ngroup-namespace = g\n[frontend-groups]\nweb = ^w$$\n[local-store]\n',
  );
  await mkdir(join(dir, 'd'));
  await writeFile(join(dir, 'd', '1.conf'), '[graphite]\nport = 2003\n');
  const printed = await runBin(['-P', '--config', config, '-d', join(dir, 'd'), '--retries', '9']);
  expect(printed).toMatchObject({ code: 0, stderr: '' });
  expect(printed.stdout).toContain('servers = unix:///srv/$$x/a.sock, unix:///b.sock\n');
  const [graphite = ''] = printed.stdout.match(/^\[graphite\]\n(.+\n)*/m) ?? [];
  expect(graphite).toContain('port = 2003\n');
  expect(graphite).toContain('retries = 9\n');
  const again = join(dir, 'again.conf');
  await writeFile(again, printed.stdout);
  expect((await runBin(['--print-config', '-f', again])).stdout).toBe(printed.stdout);

  const defaults = await runBin(['-p']);
  await writeFile(join(dir, 'defaults.conf'), defaults.stdout);
  for (const file of [again, join(dir, 'defaults.conf')]) {
    const read =
      'import configparser, sys; c = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation()); ' +
      'c.read(sys.argv[1]); print(c["graphite"]["namespace"], c["pull"]["dst-dir"])';
    const said = execFileSync('/usr/bin/python3', ['-c', read, file], { encoding: 'utf8' });
    expect(said).toMatch(/^(a\.b \/srv\/\$x|loadbalancers \/var\/lib\/haproxystats)\/incoming\n$/);
  }
});
