import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

let dir = '';
let sockets = '';

beforeAll(async () => {
  dir = await tempDir();
  const haproxy = await startHaproxy({ dir });
  await haproxy.get('/');
  sockets = haproxy.socket;
  return haproxy.stop;
});

type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the plugin by the name of a graph, as munin-node does; `words` are arguments and variables. */
async function ask(
  graph: string,
  argument?: string,
  variables: Record<string, string> = {},
): Promise<Answer> {
  const plugin = join(await tempDir(dir), `haproxy_${graph}`);
  symlinkSync(resolve('contrib/munin/haproxy_'), plugin);
  const env = { PATH: process.env.PATH, command: resolve('bin/hap-monitor.js'), sockets, ...variables };
  return await new Promise(done =>
    execFile(plugin, argument === undefined ? [] : [argument], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    ),
  );
}

test('config describes a graph, and fetch has a value for each of its fields', async () => {
  const config = await ask('sessions', 'config');
  expect(config).toEqual({
    code: 0,
    stderr: '',
    stdout: `graph_title Sessions of the frontends
graph_vlabel sessions
graph_category loadbalancer
graph_args --base 1000 --lower-limit 0
p_1_raw.label raw (1)
p_1_raw.type GAUGE
p_1_raw.min 0
p_1_stats.label stats (1)
p_1_stats.type GAUGE
p_1_stats.min 0
p_1_web.label web (1)
p_1_web.type GAUGE
p_1_web.min 0
`,
  });
  expect(await ask('sessions')).toEqual({
    code: 0,
    stderr: '',
    stdout: 'p_1_raw.value 0\np_1_stats.value 0\np_1_web.value 0\n',
  });
});

test('every graph that is suggested has fields, and the same in config and fetch', async () => {
  const { stdout } = await ask('', 'suggest');
  const graphs = stdout.trimEnd().split('\n');
  expect(graphs).toEqual(['sessions', 'rate', 'queue', 'errors', 'times', 'down']);
  for (const graph of graphs) {
    const fields = (await ask(graph, 'config')).stdout.match(/^p_\w+(?=\.label)/gm);
    const values = (await ask(graph)).stdout.match(/^p_\w+(?=\.value \d+$)/gm);
    expect([graph, values]).toEqual([graph, fields]);
    expect([graph, fields]).toEqual([graph, expect.arrayContaining([expect.any(String)])]);
  }
});

test('servers that are down are counted by backend, with a limit of none', async () => {
  expect((await ask('down')).stdout).toMatch(/^p_1_app\.value 0$/m);
  expect((await ask('down', 'config')).stdout).toContain('p_1_app.warning :0\n');
});

test('autoconf says yes where it can read, and why not where it cannot', async () => {
  expect(await ask('', 'autoconf')).toEqual({ code: 0, stdout: 'yes\n', stderr: '' });
  const no = await ask('', 'autoconf', { sockets: '/no/s.sock' });
  expect(no).toMatchObject({ code: 0, stderr: '' });
  expect(no.stdout).toMatch(/^no \(hap-monitor: unix:\/no\/s\.sock: no such socket: .*\)\n$/);
});

test('a graph without an answer fails with the reason and no half graph', async () => {
  const config = await ask('queue', 'config', { sockets: '/no/s.sock' });
  expect(config).toMatchObject({ code: 1, stdout: '' });
  expect(config.stderr).toContain('no such socket');
  expect(await ask('nonsense')).toMatchObject({
    code: 1,
    stderr:
      'haproxy_: no graph "nonsense": link it as haproxy_ and one of sessions rate queue errors times down\n',
  });
});
