import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const HEADER = '# pxname,svname,scur,stot,slim,status,type,pid,h2_open_connections,';

/** Processes on sockets of one directory, by the socket's name: what `show info` says of them, and their rows. */
async function play(
  processes: Readonly<
    Record<string, readonly [info: Readonly<Record<string, string | number>>, ...string[]]>
  >,
): Promise<{ dir: string; stop: (name: string) => Promise<void> }> {
  const dir = await tempDir();
  const stops = new Map<string, () => Promise<void>>();
  for (const [name, [info, ...rows]] of Object.entries(processes)) {
    const fields = Object.entries({ Name: 'HAProxy', Nbproc: 1, Process_num: 1, Idle_pct: 99, ...info });
    const lines = [...fields.map(([field, value]) => `${field}: ${value}`), '', HEADER, ...rows, '', ''];
    const { stop } = await serveAnswers(join(dir, name), lines.join('\n'));
    stops.set(name, stop);
    onTestFinished(stop);
  }
  return { dir, stop: async name => await stops.get(name)?.() };
}

async function dryRun(
  args: readonly string[],
  options = ['--backend', 'h::lb', '--type', 'G', '--hostname', 'h'],
) {
  const { code, stdout, stderr } = await runBin([...args, ...options, '--dry-run']);
  const lines = stdout.split('\n').slice(0, -1);
  return {
    code,
    stderr,
    lines: lines.map(line => line.replace(/ \d{10}$/, '')).filter(line => !line.includes('WallClock')),
  };
}

const FRONTEND = 'web,FRONTEND,5,12,100,OPEN,0,1,2,';

test('a process keeps its path when another one goes, whatever its socket is called', async () => {
  const { dir, stop } = await play({
    'haproxy.sock.1': [{ Pid: 1001 }],
    'haproxy.sock.2': [{ Pid: 1002 }],
    'haproxy.api': [{ Pid: 1003 }],
  });
  const args = ['--sockets', join(dir, 'haproxy.*'), '--metrics', 'Pid'];
  const all = ['lb.h.haproxy_api.Pid 1003', 'lb.h.haproxy_sock_1.Pid 1001', 'lb.h.haproxy_sock_2.Pid 1002'];
  expect((await dryRun(args)).lines).toEqual(all);
  await stop('haproxy.sock.1');
  expect((await dryRun(args)).lines).toEqual([all[0], all[2]]);
});

test('processes of two HAProxies with nbproc have paths of their own, whoever answers; it is said', async () => {
  const two = { Nbproc: 2, node: 'lb1' };
  const { dir, stop } = await play({
    'a1.sock': [{ ...two, Process_num: 1, Pid: 1001 }],
    'a2.sock': [{ ...two, Process_num: 2, Pid: 1002 }],
    'b1.sock': [{ ...two, Process_num: 1, Pid: 2001 }],
    'b2.sock': [{ ...two, Process_num: 2, Pid: 2002 }],
  });
  const args = [
    '--sockets',
    ...['a1', 'a2', 'b1', 'b2'].map(name => join(dir, `${name}.sock`)),
    '--metrics',
    'Pid',
  ];
  const all = ['lb.h.a1.Pid 1001', 'lb.h.a2.Pid 1002', 'lb.h.b1.Pid 2001', 'lb.h.b2.Pid 2002'];
  const said =
    'several HAProxies have several processes each, so paths name the processes by their endpoints (process-name)';
  const verbose = await dryRun([...args, '--verbose']);
  expect(verbose.lines).toEqual(all);
  expect(verbose.stderr).toContain(`${said}\n`);
  const check = await runBin(['check', ...args.slice(0, -2)]);
  expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining(`, ${said} |`) });
  expect((await dryRun([...args, '--process-name', 'number'])).lines).toEqual([
    'lb.h.1.Pid 1001',
    'lb.h.2.Pid 1002',
  ]);
  await stop('a1.sock');
  expect((await dryRun(args)).lines).toEqual(all.slice(1));
});

test('the processes of one HAProxy are called by their numbers', async () => {
  const two = { Nbproc: 2, node: 'lb1' };
  const { dir, stop } = await play({
    'haproxy-1.sock': [{ ...two, Process_num: 1, Pid: 1001 }],
    'haproxy-2.sock': [{ ...two, Process_num: 2, Pid: 1002 }],
  });
  const args = ['--sockets', join(dir, 'haproxy-1.sock'), join(dir, 'haproxy-2.sock'), '--metrics', 'Pid'];
  expect((await dryRun(args)).lines).toEqual(['lb.h.1.Pid 1001', 'lb.h.2.Pid 1002']);
  expect((await dryRun([...args, '--process-name', 'endpoint'])).lines[1]).toBe('lb.h.haproxy-2.Pid 1002');
  await stop('haproxy-1.sock');
  expect((await dryRun(args)).lines).toEqual(['lb.h.2.Pid 1002']);
});

test('a path is one thing: rows of one kind and name are one object, kinds are told apart by type', async () => {
  const { dir } = await play({
    's.sock': [
      {},
      'edge,https,0,0,10,OPEN,3,1,,',
      'edge,https,2,6,10,OPEN,3,1,,',
      'edge,https,3,6,0,FULL,3,1,,',
      'web,one,1,6,,OPEN,3,1,,',
      'web,one,0,3,,DOWN,2,1,,',
      'web,BACKEND,1,3,,no check,2,1,,',
      'web,BACKEND,1,6,,UP,1,1,,',
      'old,srv,7,100,,UP,2,1,,',
      'old,srv,0,10,,DOWN,2,1,,',
    ],
  });
  const socket = join(dir, 's.sock');
  const tree = await dryRun(['--sockets', socket, '--metrics', 'stot', 'slim', 'status']);
  expect(tree.lines.filter(line => !line.endsWith(' 0') || line.includes('slim'))).toEqual([
    'lb.h.1.edge.https.stot 12',
    'lb.h.1.edge.https.slim 0',
    'lb.h.1.edge.https.status.UP 1',
    'lb.h.1.web.one.stot 3',
    'lb.h.1.web.one.status.DOWN 1',
    'lb.h.1.web.BACKEND.stot 6',
    'lb.h.1.web.BACKEND.status.UP 1',
    'lb.h.1.old.srv.stot 110',
    'lb.h.1.old.srv.status.DOWN 1',
  ]);
  const tags = await dryRun([
    '--sockets',
    socket,
    '--metrics',
    'stot',
    '--layout',
    'tagged',
    '--tags',
    'env=prod',
    'zone=a b',
  ]);
  expect(tags.lines).toContain(
    'lb.stot;env=prod;host=h;process=1;proxy=web;server=BACKEND;type=server;zone=a_b 3',
  );
  expect(tags.lines).toHaveLength(6);
  const merged = await dryRun(['--sockets', socket, '--metrics', 'stot', '--layout', 'haproxystats']);
  expect(merged.lines).toContain('lb.h.haproxy.backend.web.server.BACKEND.stot 3');
  expect(merged.lines).toContain('lb.h.haproxy.backend.web.stot 6');

  const { code, stdout } = await runBin(['check', '--sockets', socket]);
  expect([code, stdout.split(' | ')[0]?.replaceAll(/haproxy\.[^.]+/g, 'haproxy.h')]).toEqual([
    1,
    `HAP-MONITOR WARNING - ${[
      'haproxy.h.1.web.one: a server and a listener have this name, only the first is sent',
      'haproxy.h.1.web.BACKEND: a backend and a server have this name, only the first is sent',
      'haproxy.h.1.edge.https: 3 listener rows have this name, they are sent as one',
      'haproxy.h.1.old.srv: 2 server rows have this name, they are sent as one',
    ].join('; ')}`,
  ]);
});

test('a status that nobody knows is named by check and by a verbose run', async () => {
  const { dir } = await play({ 's.sock': [{}, 'web,one,1,6,,SLEEPING,2,1,,'] });
  const said = 'the status "SLEEPING" is not known, rows that have it have no state';
  const check = await runBin(['check', '--sockets', join(dir, 's.sock')]);
  expect(check).toMatchObject({ code: 1, stdout: expect.stringContaining(`WARNING - ${said} |`) });
  expect((await dryRun(['--sockets', join(dir, 's.sock'), '--verbose'])).stderr).toContain(`${said}\n`);
});

test('filters work in every layout, and from the config file', async () => {
  const { dir } = await play({
    's.sock': [
      {},
      FRONTEND,
      'web,l,1,1,9,OPEN,3,1,,',
      'app,one,1,6,,UP,2,1,,',
      'app,two,1,6,,MAINT,2,1,,',
      'app,BACKEND,2,12,,UP,1,1,,',
    ],
  });
  const base = ['--sockets', join(dir, 's.sock'), '--metrics', 'stot'];
  const names = async (...args: string[]) =>
    (await dryRun([...base, ...args])).lines.map(line => line.replace(/^lb\.h\.1\.(.*)\.stot .*/, '$1'));
  expect(await names('--include', 'web/*', '*/BACKEND', '--exclude', 'web/l')).toEqual([
    'web.FRONTEND',
    'app.BACKEND',
  ]);
  expect(await names('--kinds', 'listener,backend')).toEqual(['web.l', 'app.BACKEND']);
  expect(await names('--exclude-states', 'maint', '--exclude', 'web')).toEqual(['app.one', 'app.BACKEND']);
  expect(
    (
      await dryRun([...base, '--layout', 'haproxystats', '--kinds', 'server', '--exclude-states', 'MAINT'])
    ).lines.slice(0, 1),
  ).toEqual(['lb.h.haproxy.backend.app.server.one.stot 6']);
  const file = join(dir, 'f.conf');
  await writeFile(join(dir, 'backends'), 'app # not this one\n');
  const process = `[process]\nlayout = tagged\nexclude-backends = ${dir}/backends\nkinds = frontend backend\nmetrics = sto*\n`;
  await writeFile(file, `${process}tags = env=prod\n[graphite]\nserver = h\nnamespace = lb\nfqdn = false\n`);
  const fromFile = await dryRun(['--sockets', join(dir, 's.sock'), '--config', file, '--hostname', 'h'], []);
  expect(fromFile).toEqual({
    code: 0,
    stderr: '',
    lines: ['lb.stot;env=prod;host=h;process=1;proxy=web;type=frontend 12'],
  });
});

test('a kind or a state that there is not is a usage error', async () => {
  const base = ['--backend', 'h', '--type', 'G', '--dry-run', '--sockets', '/nowhere'];
  for (const [flag, value, accepted] of [
    ['--kinds', 'servers', 'process, frontend, backend, server, listener, resolvers, tables'],
    ['--exclude-states', 'off', 'UP, DOWN, MAINT, DRAIN, NOLB'],
  ] as const) {
    const ran = await runBin([...base, flag, value]);
    expect(ran).toMatchObject({
      code: 2,
      stderr: `hap-monitor: ${flag}: expected ${accepted}, got ${JSON.stringify(value)}\n`,
    });
  }
});

test('a run that has too many datapoints leaves out listeners, then servers, and says so', async () => {
  const { dir } = await play({
    's.sock': [
      {},
      FRONTEND,
      'web,l,1,1,9,OPEN,3,1,,',
      'web,m,1,1,9,OPEN,3,1,,',
      'app,one,1,6,,UP,2,1,,',
      'app,BACKEND,2,12,,UP,1,1,,',
    ],
  });
  const args = ['--sockets', join(dir, 's.sock'), '--metrics', 'stot', '--max-datapoints'];
  expect(await dryRun([...args, '5'])).toMatchObject({ code: 0, stderr: '' });
  const fewer = await dryRun([...args, '3']);
  expect(fewer.stderr).toBe(
    'hap-monitor: --max-datapoints: 5 datapoints are more than 3, so listeners are left out, 3 are sent\n',
  );
  expect([fewer.code, fewer.lines.length]).toEqual([1, 3]);
  const least = await dryRun([...args, '1']);
  expect(least.stderr).toBe(
    'hap-monitor: --max-datapoints: 5 datapoints are more than 1, so listeners and servers are left out, 2 are sent\n',
  );
});

test('one HAProxy in socket-dir is process 1 of layout haproxystats, and its lists choose among sums', async () => {
  const { dir } = await play({ 'admin1.sock': [{ Pid: 7 }, FRONTEND, 'app,BACKEND,2,12,,UP,1,1,3,'] });
  const file = join(dir, 'h.conf');
  const process =
    'per-process-metrics = true\nfrontend-metrics = scur h2_open_connections\nbackend-metrics = stot\n';
  await writeFile(
    file,
    `[pull]\nsocket-dir = ${dir}\n[process]\n${process}[graphite]\nnamespace = lb\nfqdn = false\n`,
  );
  const { lines } = await dryRun(['--config', file, '--hostname', 'h'], []);
  expect(lines.filter(line => !line.includes('haproxystats.'))).toEqual([
    'lb.h.haproxy.daemon.Idle_pct 99',
    'lb.h.haproxy.daemon.CpuUsagePct 1',
    'lb.h.haproxy.daemon.process.1.Idle_pct 99',
    'lb.h.haproxy.daemon.process.1.CpuUsagePct 1',
    'lb.h.haproxy.frontend.web.scur 5',
    'lb.h.haproxy.frontend.web.h2_open_connections 2',
    'lb.h.haproxy.backend.app.stot 12',
    ...['UP', 'DOWN', 'MAINT', 'DRAIN', 'NOLB'].map(
      state => `lb.h.haproxy.backend.app.status.${state} ${state === 'UP' ? 1 : 0}`,
    ),
    'lb.h.haproxy.backend.app.TotalServers 0',
  ]);
});
