import { execFile } from 'node:child_process';
import { chmod, cp, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { freePort } from '../../tools/players/process.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { scriptResolver } from '../helpers/resolver.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

async function serve(path: string, answer: Answer): Promise<string> {
  const server = await serveAnswers(path, answer);
  onTestFinished(server.stop);
  return path;
}

function graphite(port: number): string[] {
  return ['--type', 'G', '--hostname', 'lb1', '--backend', `127.0.0.1:${port}`, '--sockets'];
}

test('one dead socket among three: the other two are delivered, one line, exit 1', async () => {
  const dir = await tempDir();
  const receiver = await receive();
  for (const name of ['a', 'c']) {
    const haproxy = await startHaproxy({ dir, name });
    onTestFinished(haproxy.stop);
  }
  const sockets = ['a', 'b', 'c'].map(name => join(dir, `${name}.sock`));
  const ran = await runBin([...graphite(receiver.port), ...sockets]);
  expect(ran).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `hap-monitor: unix:${dir}/b.sock: no such socket: is HAProxy running, and is this the path of its "stats socket"?\n`,
  });
  const processes = new Set(receiver.lines().map(line => line.split('.')[2]));
  expect([...processes]).toEqual(['a', 'c']);
});

test.each([
  ['tcp', 'connection refused: nothing listens there'],
  ['udp', 'connection refused: nothing listens there'],
])(
  'nothing listening at the backend over %s: one line that counts the loss, exit 4',
  async (protocol, what) => {
    const { socket } = await playHaproxy();
    const port = await freePort();
    const args = [...graphite(port), socket, '--protocol', protocol, '--retries', '1', '--interval', '0.1'];
    const ran = await runBin(args);
    expect(ran).toMatchObject({ code: 4, stdout: '' });
    expect(ran.stderr).toMatch(
      new RegExp(`^hap-monitor: ${protocol}://127.0.0.1:${port}: ${what}; [1-9]\\d+ datapoints are lost\n$`),
    );
  },
);

test('a backend that comes up while the run retries gets everything', async () => {
  const { socket } = await playHaproxy();
  const port = await freePort();
  const running = runBin([...graphite(port), socket, '--interval', '0.5']);
  let got = '';
  const late = createServer(connection => connection.on('data', chunk => (got += chunk)));
  setTimeout(() => late.listen(port, '127.0.0.1'), 300);
  onTestFinished(() => void late.close());
  expect(await running).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(got).toMatch(/^haproxy\.lb1\.1\.Idle_pct \d+ \d+\n/);
});

test('a socket without permission: owner, group, mode and what to do', async () => {
  const dir = await tempDir();
  const receiver = await receive();
  const socket = await serve(join(dir, 's.sock'), recorded('2.6-p1'));
  const isRoot = process.getuid?.() === 0;
  await chmod(socket, isRoot ? 0o660 : 0o000);
  const ran = await runBin([...graphite(receiver.port), socket], isRoot ? { uid: 65_534, gid: 65_534 } : {});
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(
    /^hap-monitor: unix:\S+\/s\.sock: permission denied: \S+\/s\.sock is owned by \S+, group \S+, mode 0(660|000): (run as \S+, or )?(open it|add the user) .+\n$/,
  );
  expect(receiver.lines()).toEqual([]);
});

test.each<[string, Answer, string]>([
  [
    'that answers "Permission denied"',
    'Permission denied\n\nPermission denied\n\n',
    'answered "Permission denied" to show info',
  ],
  [
    'that denies one of the commands',
    `${recorded('2.6-p1').split('\n\n')[0]}\n\nPermission denied\n\n`,
    'answered "Permission denied" to show stat',
  ],
  [
    'that answers half',
    recorded('2.6-p1').slice(0, 8192),
    'the answer to show stat was cut short after 6955 bytes',
  ],
  ['that hangs up', '', 'no answer to show info'],
  [
    'with escape characters in its answer',
    '\u001b[2J\nhap-monitor: all is well\n\n',
    'answered "\\u001b[2J" to show info',
  ],
])('an HAProxy %s: nothing of it is sent, one line, exit 1', async (_what, answer, line) => {
  const dir = await tempDir();
  const receiver = await receive();
  const good = await serve(join(dir, 'good.sock'), recorded('2.6-p1'));
  const bad = await serve(join(dir, 'bad.sock'), answer);
  const ran = await runBin([...graphite(receiver.port), bad, good]);
  expect(ran).toMatchObject({ code: 1, stdout: '', stderr: `hap-monitor: unix:${bad}: ${line}\n` });
  expect(new Set(receiver.lines().map(text => text.split('.')[2]))).toEqual(new Set(['good']));
});

test('a server that accepts and never answers: the run ends by its timeouts, and the others are delivered', async () => {
  const dir = await tempDir();
  const receiver = await receive();
  const good = await serve(join(dir, 'good.sock'), recorded('2.6-p1'));
  const silent = await serve(join(dir, 'silent.sock'), () => undefined);
  const ran = await runBin([...graphite(receiver.port), silent, good]);
  expect(ran).toMatchObject({
    code: 1,
    stderr: `hap-monitor: unix:${silent}: no answer within 2 s (pull-timeout)\n`,
  });
  expect(ran.seconds).toBeLessThan(4);
  expect(receiver.lines().length).toBeGreaterThan(100);
});

test('nothing could be read: nothing is sent, one line each, exit 1', async () => {
  const receiver = await receive();
  const ran = await runBin([...graphite(receiver.port), '/no/a.sock', '/no/b.sock', '--pull-retries', '0']);
  expect(ran.code).toBe(1);
  expect(ran.stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(receiver.texts()).toEqual([]);
});

test('two endpoints of one process are counted once, which --verbose alone says', async () => {
  const dir = await tempDir();
  const receiver = await receive();
  const one = await serve(join(dir, 'one.sock'), recorded('2.6-p1'));
  const two = await serve(join(dir, 'two.sock'), recorded('2.6-p1'));
  const args = [...graphite(receiver.port), one, two];
  expect(await runBin(args)).toMatchObject({ code: 0, stderr: '' });
  expect(new Set(receiver.lines().map(line => line.split('.')[2]))).toEqual(new Set(['one']));
  const { stderr } = await runBin([...args, '--verbose']);
  expect(stderr).toContain(`unix:${two}: the same process as unix:${one}, counted once\n`);
});

test('a field that no HAProxy has is said, the others are sent', async () => {
  const { socket } = await playHaproxy();
  const ran = await runBin([...graphite(1), socket, '--metrics', 'scur', 'scurr', '--dry-run']);
  expect(ran).toMatchObject({
    code: 1,
    stderr: 'hap-monitor: --metrics: no HAProxy has numbers in a field "scurr"; did you mean scur?\n',
  });
  expect(ran.stdout).toMatch(/^(\S+\.scur \d+ \d+\n)+$/);
});

test('a name too long for any line costs its own datapoints alone, and that is said', async () => {
  const dir = await tempDir();
  const receiver = await receive();
  const name = 'x'.repeat(20_000);
  const stat = `# pxname,svname,scur,bin,\napp,${name},1,2,\napp,s,3,4,\n\n`;
  const socket = await serve(join(dir, 's.sock'), `Name: HAProxy\n\n${stat}`);
  const ran = await runBin([...graphite(receiver.port), socket, '--metrics', 'all']);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toMatch(
    /^hap-monitor: tcp:\S+: 2 datapoints are lost, their lines are longer than 16384 bytes: haproxy\.lb1\.1\.app\.x+\.\.\.\n$/,
  );
  expect(receiver.lines().map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'haproxy.lb1.1.app.s.scur 3',
    'haproxy.lb1.1.app.s.bin 4',
  ]);
});

test('a reader of a dry run that has seen enough is no error', async () => {
  const { socket } = await playHaproxy();
  const command = `node bin/hap-monitor.js ${graphite(1).join(' ')} ${socket} --metrics all --dry-run | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command]);
  expect(stdout).toMatch(/^haproxy\.lb1\.1\.\S+ \d+ \d+\n0\n$/);
  expect(stderr).toBe('');
});

test('usage errors are one line that names the flag, exit 2', async () => {
  expect(await runBin(['--bakend', 'x'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'hap-monitor: --bakend: unknown flag; did you mean --backend?\n',
  });
});

test('the command runs from an installed copy, dist and bin alone', async () => {
  const dir = await tempDir();
  await mkdir(join(dir, 'copy'));
  for (const part of ['bin', 'dist', 'package.json'])
    await cp(part, join(dir, 'copy', part), { recursive: true });
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(dir, 'copy/bin/hap-monitor.js'),
    '--version',
  ]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a name server that is silent does not hold the run beyond its deadline', async () => {
  const { dir, socket } = await playHaproxy();
  const env = { PATH: `${await scriptResolver('exec sleep 100')}:${process.env.PATH}` };
  const args = [
    '--type',
    'G',
    '--backend',
    'graphite.example',
    '--sockets',
    socket,
    '--spool',
    join(dir, 'spool'),
  ];
  const ran = await runBin([...args, '--deadline', '1'], { env });
  expect(ran.code).toBe(3);
  expect(ran.stderr).toBe(
    `hap-monitor: tcp://graphite.example:2003: the deadline of 1 s was reached while the name was looked up: is a name server down?; 848 datapoints wait in ${dir}/spool/graphite.example_2003\n`,
  );
  expect(ran.seconds).toBeLessThan(1.5);
});
