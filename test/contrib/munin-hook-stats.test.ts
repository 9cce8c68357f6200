import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { serveHttp } from '../../tools/players/http-server.ts';
import { contrib, runHookStats } from '../helpers/hook-stats.ts';
import { tempDir } from '../helpers/temp-dir.ts';

let stats = '';
const command = join(contrib, 'hook_stats.py');

beforeAll(async () => {
  stats = await tempDir();
  await runHookStats(
    stats,
    `
clock = set_clock(int(time.time()) - 5)
for name, seconds in (('shop', 0.05), ('a.b #1\\n', 0.01)):
    stats = HookStats(name, directory)
    for _ in range(3): request(stats, seconds)
HookStats('idle', directory)
answer(None)`,
  );
});

type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the plugin by the name of a graph, as munin-node does. */
async function ask(graph: string, argument?: string, source = stats, script = command): Promise<Answer> {
  const plugin = join(await tempDir(), `hook_stats_${graph}`);
  symlinkSync(resolve('contrib/munin/hook_stats_'), plugin);
  const env = { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', source, command: script };
  return await new Promise(done =>
    execFile(plugin, argument === undefined ? [] : [argument], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    ),
  );
}

test('config describes a graph, and fetch has a value for each application', async () => {
  expect(await ask('requests', 'config')).toEqual({
    code: 0,
    stderr: '',
    stdout: `graph_title Requests of the applications
graph_vlabel requests a second
graph_category webserver
graph_args --base 1000 --lower-limit 0
a_a_2eb_20_231_a.label a.b _1_
a_a_2eb_20_231_a.type DERIVE
a_a_2eb_20_231_a.min 0
a_idle.label idle
a_idle.type DERIVE
a_idle.min 0
a_shop.label shop
a_shop.type DERIVE
a_shop.min 0
`,
  });
  expect(await ask('requests')).toEqual({
    code: 0,
    stderr: '',
    stdout: 'a_a_2eb_20_231_a.value 3\na_idle.value 0\na_shop.value 3\n',
  });
  expect(await ask('times')).toMatchObject({
    stdout: 'a_a_2eb_20_231_a.value 10.0\na_idle.value U\na_shop.value 50.0\n',
  });
});

test("the source may be gstats' URL", async () => {
  const body = {
    api: { started: 4, finished: 4, processing_time: { avg: 52.5, std: 8 } },
    odd: { finished: 'x' },
  };
  const gstats = await serveHttp((_, response) => response.end(JSON.stringify(body)));
  onTestFinished(gstats.stop);
  const url = `http://127.0.0.1:${gstats.port}/_status`;
  expect(await ask('times', undefined, url)).toEqual({
    code: 0,
    stderr: '',
    stdout: 'a_api.value 52.5\na_odd.value U\n',
  });
});

test('suggest names the graphs, and autoconf says yes, or why not', async () => {
  expect(await ask('', 'suggest')).toMatchObject({ stdout: 'requests\ntimes\n' });
  expect(await ask('', 'autoconf')).toEqual({ code: 0, stdout: 'yes\n', stderr: '' });
  expect(await ask('', 'autoconf', '/nonexistent')).toEqual({
    code: 0,
    stdout: "no (hook_stats.py: [Errno 2] No such file or directory: '/nonexistent')\n",
    stderr: '',
  });
});

test('a graph without an answer fails with the reason', async () => {
  expect(await ask('nonsense')).toMatchObject({
    code: 1,
    stderr: 'hook_stats_: no graph "nonsense": link it as hook_stats_ and one of requests times\n',
  });
  expect(await ask('times', 'config', 'http://127.0.0.1:1/')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'hook_stats_: http://127.0.0.1:1/: <urlopen error [Errno 111] Connection refused>\n',
  });
  expect((await ask('times', 'config', 'http://user:secret@[nonsense/')).stderr).toMatch(
    /^hook_stats_: http:\/\/\*\*\*@\[nonsense\/: [^@]*\n$/,
  );
  expect(await ask('times', 'config', stats, '/nonexistent.py')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('No such file or directory'),
  });
});
