import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSpool } from '../../src/spool/open.ts';
import { lineIn } from '../helpers/line.ts';
import { packetOf } from '../helpers/packets.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';

const BACKEND = { type: 'graphite', protocol: 'tcp', host: 'graphite', port: 2003 } as const;

async function setUp() {
  const { dir, socket } = await playHaproxy();
  const root = join(dir, 'spool');
  const keep = (age: number, datapoints: number): void => {
    const timestamp = Math.floor(Date.now() / 1000) - age;
    const spool = openSpool(root, BACKEND, failure => expect.fail(failure.message));
    for (const batch of spool.keep(timestamp, [packetOf(`a.b 1 ${timestamp}\n`.repeat(datapoints))]))
      batch.release();
  };
  return { dir, root, socket, keep, args: ['check', '--sockets', socket, '--spool', root] };
}

test('all is well: one line with performance data, exit 0, and nothing is sent or written', async () => {
  const { args, dir, root } = await setUp();
  mkdirSync(root);
  expect(await runBin(args)).toMatchObject({
    code: 0,
    stderr: '',
    stdout:
      'HAP-MONITOR OK - 1 of 1 endpoints read, 0 datapoints wait in the spool | endpoints_failed=0;;;0;1 ' +
      'spool_age=0s;180;900;0 spool_datapoints=0;250000;750000;0;1000000\n',
  });
  expect([readdirSync(dir), readdirSync(root)]).toEqual([['s.sock', 'spool'], []]);
});

test('a spool that is not there is a warning: a name that is mistyped would hide every outage', async () => {
  const { args, root } = await setUp();
  const { code, stdout } = await runBin(args);
  expect([code, stdout.split(' | ')[0]]).toEqual([
    1,
    `HAP-MONITOR WARNING - ${root}: there is no such spool; a run makes it or says why it cannot`,
  ]);
});

test('its help and version are those of the command', async () => {
  const help = await runBin(['check', '--help']);
  expect(help).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--warning-age        age of the oldest datapoints'),
  });
  expect(await runBin(['check', '--sockets', '/s', '--version'])).toMatchObject({
    code: 0,
    stdout: (await runBin(['--version'])).stdout,
  });
});

test('datapoints that wait for long are a warning, then critical', async () => {
  const { args, keep } = await setUp();
  keep(200, 5);
  const warning = await runBin(args);
  expect(warning.code).toBe(1);
  expect(warning.stdout).toMatch(
    /^HAP-MONITOR WARNING - the oldest datapoints in the spool are 20\d s old \| .* spool_age=20\ds;180;900;0 spool_datapoints=5;/,
  );
  expect((await runBin([...args, '--critical-age', '100'])).stdout).toMatch(/^HAP-MONITOR CRITICAL - /);
  expect(await runBin([...args, '--warning-age', '1000'])).toMatchObject({ code: 0 });
});

test('a deep spool is a warning, then critical', async () => {
  const { args, keep } = await setUp();
  keep(1, 50);
  const tight = [...args, '--warning-depth', '10'];
  expect((await runBin(tight)).stdout).toMatch(/^HAP-MONITOR WARNING - 50 datapoints wait in the spool \|/);
  expect(await runBin([...tight, '--critical-depth', '50'])).toMatchObject({ code: 2 });
});

test('an endpoint that cannot be read is a warning, none at all is critical', async () => {
  const { args, socket } = await setUp();
  const some = await runBin([...args, '--sockets', '/no/s.sock', '--pull-retries', '0']);
  expect(some.code).toBe(1);
  expect(some.stdout).toMatch(
    /^HAP-MONITOR WARNING - unix:\/no\/s\.sock: no such socket.* \| endpoints_failed=1;;;0;2 /,
  );
  const none = args.map(arg => (arg === socket ? '/no/s.sock' : arg));
  expect(await runBin([...none, '--pull-retries', '0'])).toMatchObject({ code: 2 });
});

test('what cannot be checked is unknown', async () => {
  expect(await runBin(['check', '--sokets', 'x'])).toMatchObject({
    code: 3,
    stdout: 'HAP-MONITOR UNKNOWN - --sokets: unknown flag; did you mean --sockets?\n',
  });
});

test("a directory in the spool that no run made is nobody's business, also where it is closed", async () => {
  const { args, root, socket } = await setUp();
  mkdirSync(join(root, 'lost+found'), { recursive: true, mode: 0o700 });
  chmodSync(socket, 0o666);
  chmodSync(root, 0o755);
  const anyone = await runBin(args, { uid: 65_534, gid: 65_534 });
  expect(anyone.stdout).toMatch(/^HAP-MONITOR (OK|WARNING) /);
  expect(anyone.stdout).not.toContain('lost+found');
});

test('after a run a check knows how long ago it delivered, and says when runs no longer come', async () => {
  const { args, root, socket } = await setUp();
  const receiver = await receive();
  const run = [
    '--sockets',
    socket,
    '--backend',
    `127.0.0.1:${receiver.port}`,
    '--type',
    'G',
    '--spool',
    root,
  ];
  expect(await runBin(run)).toMatchObject({ code: 0, stderr: '' });
  expect((await runBin(args)).stdout).toMatch(/^HAP-MONITOR OK - .* last_run=\ds;600;1800;0\n$/);
  const file = join(lineIn(root), 'runs.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"lastGood":\d+/, '"lastGood":1700000000'));
  const late = await runBin(args);
  expect(late.code).toBe(2);
  expect(late.stdout).toMatch(/^HAP-MONITOR CRITICAL - the last run that delivered was \d+ s ago: /);
});

test('a memory of runs that cannot be read is a warning beside what was read', async () => {
  const { args, root } = await setUp();
  mkdirSync(root);
  mkdirSync(join(root, 'runs.json'));
  const { code, stdout } = await runBin(args);
  expect([code, stdout]).toEqual([
    1,
    `HAP-MONITOR WARNING - ${root}: it is not a file | endpoints_failed=0;;;0;1\n`,
  ]);
});
