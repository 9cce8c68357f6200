import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProcess } from '../../tools/players/process.ts';
import { lineIn } from '../helpers/line.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { installCommand, type Ran, runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { compileSources, installSources, receiveAt } from '../helpers/unix-dgram.ts';

vi.setConfig({ hookTimeout: 120_000 }); // npm's compiler

const dir = await tempDir();
let bin: string;
let dgram: ReturnType<typeof compileSources>;

beforeAll(() => {
  bin = installCommand(dir);
  installSources(dir);
  dgram = compileSources(dir);
});

async function run(path: string, ...more: readonly string[]): Promise<Ran> {
  const { socket } = await playHaproxy();
  const backend = ['--backend', `unix://${path}::lb`, '--retries', '0', '--hostname', 'lb1'];
  return await runBin(['--sockets', socket, ...backend, ...more], { bin });
}

/** A socket with a program that never reads, in the words of Python. */
async function startSilent(
  path: string,
): Promise<{ readonly stop: (signal?: NodeJS.Signals) => Promise<void> }> {
  const script = `import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('ready', flush=True)
time.sleep(60)`;
  const ready = (output: string): Promise<boolean> => Promise.resolve(output.includes('ready'));
  const started = await startProcess('python3', ['-c', script, path], { ready });
  onTestFinished(() => started.stop());
  return started;
}

const receive = (path: string): readonly string[] => receiveAt(dgram, path);

describe('DogStatsD over a unix socket', () => {
  it('gets every gauge, in datagrams of 8,192 bytes at most', async () => {
    const path = join(dir, 'dsd.socket');
    const datagrams = receive(path);
    const args = ['--metrics', 'all', '--layout', 'tagged', '--tags', 'env=prod'];
    expect(await run(path, ...args)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const printed = await run(path, ...args, '--dry-run');
    expect(datagrams.join('').trimEnd().split('\n')).toEqual(printed.stdout.trimEnd().split('\n'));
    expect(datagrams.every(datagram => datagram.length <= 8192)).toBe(true);
    expect(Math.max(...datagrams.map(datagram => datagram.length))).toBeGreaterThan(8000);
    expect(datagrams[0]).toMatch(/^lb\.\w+:[\d.]+\|g\|#env:prod,host:lb1/);
  });

  it('gets what came since the run before as counters, whose totals have a file for each socket', async () => {
    const [path, spool] = [join(dir, 'Delta.socket'), join(dir, 'spool')];
    receive(path);
    const args = ['--metrics', 'all', '--counters', 'delta', '--spool', spool];
    expect(await run(path, ...args)).toMatchObject({ code: 0, stderr: '' });
    const names = readdirSync(lineIn(spool, 'series')).filter(name => name.startsWith('totals-'));
    expect(names).toEqual([`totals-${path.replaceAll('/', '%2f')}_0-${basename(lineIn(spool))}.json`]);
  });

  it('is named in a config file as well', async () => {
    const path = join(dir, 'file.socket');
    const datagrams = receive(path);
    const { socket } = await playHaproxy();
    const file = join(dir, 'unix.conf');
    writeFileSync(file, `[statsd]\nserver = unix://${path}\nprefix = lb\n`);
    expect(await runBin(['--sockets', socket, '--config', file], { bin })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(datagrams[0]).toMatch(/^lb\./);
  });

  it('is said not to be there, not to run, not to be for datagrams, or to be closed to this user', async () => {
    const absent = await run(join(dir, 'absent.socket'));
    expect([absent.code, absent.stderr]).toEqual([
      4,
      expect.stringMatching(
        /^hap-monitor: unix:\/\/\S+absent\.socket: there is no such socket: is the receiver running\?; \d+ datapoints are lost\n$/,
      ),
    ]);

    const left = join(dir, 'left.socket');
    await (await startSilent(left)).stop('SIGKILL');
    expect((await run(left)).stderr).toContain(
      `unix://${left}: nothing reads from this socket: is the receiver running?; `,
    );

    const stream = join(dir, 'stream.socket');
    const server = createServer().listen(stream);
    onTestFinished(() => void server.close());
    expect((await run(stream)).stderr).toContain(`unix://${stream}: it is no socket for datagrams; `);

    const closed = join(dir, 'closed.socket');
    receive(closed);
    chmodSync(closed, 0o600);
    const { socket } = await playHaproxy();
    chmodSync(socket, 0o777);
    const args = ['--sockets', socket, '--backend', `unix://${closed}`, '--retries', '0'];
    const ran = await runBin(args, { bin, uid: 65534, gid: 65534 });
    expect(ran.stderr).toContain(
      `unix://${closed}: permission denied: sending needs write permission on the socket, and search permission on the directories above it; `,
    );
  });

  it('may be full: the run waits, and then says so', async () => {
    const path = join(dir, 'full.socket');
    await startSilent(path);
    const ran = await run(path, '--metrics', 'all', '--write-timeout', '0.2', '--udp-rate', '1000000');
    rmSync(path);
    expect([ran.code, ran.stderr]).toEqual([
      4,
      expect.stringMatching(
        /full\.socket: its buffer is full, and the receiver did not read for 0\.2 s \(write-timeout\); \d+ datapoints are lost\n$/,
      ),
    ]);
  });

  it('ends at the deadline also then, and when the receiver dies meanwhile', async () => {
    const path = join(dir, 'hung.socket');
    const silent = await startSilent(path);
    const late = await run(path, '--metrics', 'all', '--write-timeout', '60', '--deadline', '0.7');
    expect([late.code, late.stderr]).toEqual([
      4,
      expect.stringMatching(/hung\.socket: the deadline of 0\.7 s was reached; \d+ datapoints are lost\n$/),
    ]);
    expect(late.seconds).toBeLessThan(2);
    const dying = run(path, '--metrics', 'all', '--write-timeout', '60', '--deadline', '5');
    setTimeout(() => void silent.stop('SIGKILL'), 800);
    expect((await dying).stderr).toMatch(/hung\.socket: (nothing reads from this socket|the connection was)/);
  });
});

describe('the npm package unix-dgram', () => {
  it('is named with how to install it, or how to compile it', async () => {
    const other = await tempDir();
    const { socket } = await playHaproxy();
    const args = ['--sockets', socket, '--backend', 'unix:///nowhere', '--retries', '0'];
    const command = { bin: installCommand(other) };
    const missing = await runBin(args, command);
    expect([missing.code, missing.stderr]).toEqual([
      4,
      expect.stringMatching(
        /^hap-monitor: unix:\/\/\/nowhere: sending to a unix socket takes the npm package unix-dgram, which is not installed: npm install -g unix-dgram; \d+ datapoints are lost\n$/,
      ),
    ]);
    installSources(other);
    expect((await runBin(args, command)).stderr).toMatch(
      /takes the npm package unix-dgram, which was not compiled: install python3, make and g\+\+, then npm rebuild -g unix-dgram; /,
    );
  });
});

describe('a backend that is a unix socket', () => {
  it.each([
    [['--type', 'G'], '--type: unix is for statsd (--type S), and the backend is graphite'],
    [['--protocol', 'udp'], '--protocol: a unix socket takes datagrams, and not udp'],
  ])('fits together with no %j', async (args, message) => {
    const { code, stderr } = await run('/run/dsd.socket', ...args);
    expect([code, stderr]).toEqual([2, `hap-monitor: ${message}\n`]);
  });
});
