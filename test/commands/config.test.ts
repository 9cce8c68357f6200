import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { main } from '../../src/main.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** The output of `hap-monitor config`, with FILE for the config file and DIR for its directory. */
async function look(text: string, ...argv: string[]) {
  const dir = await tempDir();
  const file = join(dir, 'c.conf');
  writeFileSync(file, text.replaceAll('DIR', dir));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const args = argv.map(arg => arg.replaceAll('DIR', dir));
  const code = await main(['config', '--config', file, ...args], {
    stdin: new PassThrough(),
    stdout,
    stderr,
  });
  const read = (stream: PassThrough): string[] => {
    const said = String(stream.read() ?? '').trimEnd();
    return said === '' ? [] : said.replaceAll(file, 'FILE').replaceAll(dir, 'DIR').split('\n');
  };
  return { code, dir, stdout: read(stdout), stderr: read(stderr) };
}

const SOUND = '[pull]\nservers = tcp://127.0.0.1:1\n[graphite]\n';

test('a sound configuration is one line', async () => {
  expect(await look(SOUND)).toMatchObject({
    code: 0,
    stdout: ['OK: 1 endpoint, 1 destination, layout haproxystats, no spool'],
    stderr: [],
  });
});

test('every fault is said at once, with its line and what would be right', async () => {
  const { code, stdout, stderr } = await look(
    '[pull]\nservers = tcp://h, ftp://h\ntimeout = 0\n[graphit]\n[graphite]\nport = many\nnamespce = x\nserver = h:2003\n' +
      'group-namespace = g\n[process]\nexclude-backends = /no/file\ninclude = \n[server-groups]\nweb = (\n',
    '--tags',
    'bad',
  );
  expect([code, stdout]).toEqual([2, []]);
  expect(stderr.map(line => line.replace(/: expected .*/, ''))).toEqual([
    'hap-monitor: FILE:3: [pull] timeout',
    'hap-monitor: FILE:6: [graphite] port',
    'hap-monitor: FILE:4: [graphit]: unknown section; did you mean [graphite]?',
    'hap-monitor: FILE:7: [graphite] namespce: unknown option; did you mean namespace?',
    'hap-monitor: FILE:2: [pull] servers',
    'hap-monitor: FILE:2: [pull] servers',
    'hap-monitor: FILE:8: [graphite] server',
    'hap-monitor: FILE:11: [process] exclude-backends: /no/file: cannot be read: no such file',
    'hap-monitor: --tags',
    'hap-monitor: FILE:14: [server-groups] web',
  ]);
});

test('a file that cannot be parsed, and no file, are one fault each', async () => {
  expect(await look('[pull]\nservers\n')).toMatchObject({ code: 2, stdout: [] });
  expect(await look(SOUND, '--config-dir', '/no/dir')).toMatchObject({
    code: 2,
    stderr: ['hap-monitor: /no/dir: cannot be read: no such file'],
  });
});

test('what does nothing beside the other options is a note, not a fault', async () => {
  const said = await look(
    `${SOUND}udp-rate = 5\nqueue-size = 9\n[pull2]\n`.replace(
      '[pull2]\n',
      '[hooks]\ntimeout = 1\n[process]\nworkers = 3\n',
    ),
    '--keep-dots',
    '--type',
    'G',
  );
  expect(said).toMatchObject({ code: 0, stderr: [] });
  expect(said.stdout).toEqual([
    'note: FILE:9: [process] workers: only a daemon needs this, it does nothing here',
    'note: --type: does nothing without --backend',
    'note: --keep-dots: does nothing without layout hap-monitor',
    'note: FILE:4: [graphite] udp-rate: does nothing without a backend over UDP or a unix socket',
    'note: FILE:5: [graphite] queue-size: does nothing without a spool',
    'note: FILE:7: [hooks] timeout: does nothing without --hook-stats',
    'OK: 1 endpoint, 1 destination, layout haproxystats, no spool',
  ]);
});

test('sockets, snapshots, the local store and the spool are looked at', async () => {
  const text = '[pull]\nservers = DIR/none.sock, DIR/c.conf\n[graphite]\n[local-store]\ndir = DIR/c.conf\n';
  const { code, stderr, stdout } = await look(
    text,
    '--spool',
    'DIR/no/spool',
    '--hook-stats',
    'DIR/none.json',
  );
  expect(code).toBe(2);
  expect(stderr).toEqual([
    'hap-monitor: FILE:2: [pull] servers: FILE: is neither a socket nor a directory',
    'hap-monitor: FILE:5: [local-store] dir: the store is not a directory: name another, or move this away',
    'hap-monitor: --spool: the spool directory cannot be made: DIR/no: it is not there; make it: install -d -m 700 DIR/no/spool',
  ]);
  expect(stdout).toEqual([
    'note: FILE:2: [pull] servers: DIR/none.sock: it is not there now; HAProxy makes it',
    'note: --hook-stats: DIR/none.json: it is not there now',
  ]);
});

test('names that clash are faults', async () => {
  const text = `${SOUND}group-namespace = g\n[hooks]\nsources = a=/x, a=/y\n[backend-groups]\na.b = ^x\na_b = ^y\n`;
  expect((await look(text)).stderr).toEqual([
    'hap-monitor: FILE:6: [hooks] sources: two hook snapshots are called a; give each its own name, APP=SRC',
    'hap-monitor: groups: two groups become the level a_b in metric paths; only letters, digits, "_" and "-" tell them apart',
  ]);
});

test('the flags of a run are looked at; a dry run needs no backend', async () => {
  expect((await look('', '--sockets', '/s')).stderr).toEqual([
    expect.stringMatching(/^hap-monitor: --backend: missing/),
  ]);
  expect(await look('', '--sockets', 'tcp://h:1', '--dry-run', '--verbose')).toMatchObject({ code: 0 });
  expect((await look('', '--dry-run')).stderr).toEqual([
    expect.stringMatching(/^hap-monitor: --sockets: missing; give the socket/),
  ]);
});

test('a spool in which nothing can wait, since StatsD has no timestamps, is a note', async () => {
  const flags = ['--sockets', 'tcp://127.0.0.1:1', '--spool', 'DIR/spool', '--backend', 'h'];
  expect((await look('', ...flags)).stdout).toEqual([
    'note: --spool: keeps no datapoints, as StatsD has no timestamps, and only remembers the last run for hap-monitor check',
    'OK: 1 endpoint, 1 destination, layout hap-monitor, spool DIR/spool',
  ]);
  for (const more of [
    ['--counters', 'delta'],
    ['--hook-stats', 'tcp.json'],
    ['--type', 'G'],
  ])
    expect((await look('', ...flags, ...more)).stdout.join()).not.toContain('keeps no datapoints');
});
