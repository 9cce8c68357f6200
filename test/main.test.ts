import { createWriteStream, readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { main } from '../src/main.ts';
import type { Streams } from '../src/streams.ts';
import { collect } from './helpers/collect.ts';
import { playHaproxy, receive } from './helpers/per-test.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

async function start(argv: readonly string[], stop?: AbortSignal) {
  const [stdout, stderr] = [collect(), collect()];
  const code = await main(argv, { stdin: Readable.from([]), stdout, stderr }, stop);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** The streams of a command whose stdout is a full disk. */
function fullOutput(): { readonly streams: Streams; readonly stderr: Writable & { text(): string } } {
  const stderr = collect();
  return { streams: { stdin: Readable.from([]), stdout: createWriteStream('/dev/full'), stderr }, stderr };
}

/** The streams of a command, and the names of those that it opens. */
function watchedStreams(): { readonly streams: Streams; readonly opened: readonly string[] } {
  const opened: string[] = [];
  const open = (name: string) => {
    opened.push(name);
    return collect();
  };
  const streams = {
    stdin: Readable.from([]),
    get stdout() {
      return open('stdout');
    },
    get stderr() {
      return open('stderr');
    },
  };
  return { streams, opened };
}

/** Seconds of a deadline that is near: it counts from the start of this process. */
const soon = () => (process.uptime() + 0.5).toFixed(1);

test('what a command says of itself goes to stdout, and needs nothing', async () => {
  for (const command of [[], ['check'], ['show'], ['config']]) {
    expect(await start([...command, '--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await start([...command, '--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain(['hap-monitor', ...command].join(' '));
  }
  expect((await start(['--print-defaults'])).stdout).toContain('[pull]');
});

test('a mistake on the command line is a line on stderr and exit 2; a check is UNKNOWN, 3, on stdout', async () => {
  const what = '--sokets: unknown flag; did you mean --sockets?';
  for (const command of [[], ['show'], ['config']])
    expect(await start([...command, '--sokets', 'x'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `hap-monitor: ${what}\n`,
    });
  expect(await start(['check', '--sokets', 'x'])).toEqual({
    code: 3,
    stdout: `HAP-MONITOR UNKNOWN - ${what}\n`,
    stderr: '',
  });
});

test('a run that has nothing to say opens no stream, a dry run stdout alone', async () => {
  const [{ socket }, { port }] = [await playHaproxy(), await receive()];
  const [silent, dry] = [watchedStreams(), watchedStreams()];
  const argv = ['--sockets', socket, '--backend', `127.0.0.1:${port}`, '--type', 'G'];
  expect(await main(argv, silent.streams)).toBe(0);
  expect(silent.opened).toEqual([]);
  expect(await main([...argv, '--dry-run'], dry.streams)).toBe(0);
  expect(new Set(dry.opened)).toEqual(new Set(['stdout']));
});

test('--print-config prints and does not run', async () => {
  const ran = await start(['--sockets', '/no/s.sock', '--backend', 'h', '--print-config']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(ran.stdout).toContain('/no/s.sock');
});

test('each command does its own work', async () => {
  const { socket } = await playHaproxy();
  const dry = await start(['--sockets', socket, '--dry-run', '--type', 'G', '--metrics', 'scur']);
  expect([dry.code, dry.stderr]).toEqual([0, '']);
  expect(dry.stdout).toMatch(/^(\S+\.scur \d+ \d{10}\n)+$/);
  expect((await start(['show', '--sockets', socket])).stdout).toMatch(/^unix:/);
  expect((await start(['check', '--sockets', socket])).stdout).toMatch(/^HAP-MONITOR OK - /);
  expect((await start(['config', '--sockets', socket, '--backend', 'h'])).stdout).toContain(
    'OK: 1 endpoint, ',
  );
});

test('a check that cannot say what it found is UNKNOWN, any other command has failed', async () => {
  const { socket } = await playHaproxy();
  for (const [command, code] of [
    ['check', 3],
    ['show', 4],
  ] as const) {
    const { streams, stderr } = fullOutput();
    expect(await main([command, '--sockets', socket], streams)).toBe(code);
    expect(stderr.text()).toBe('hap-monitor: standard output: no space is left on the disk\n');
  }
});

test('an error that is no failure is a mistake in this program: its stack is one line, and nothing was delivered', async () => {
  const stderr = collect();
  const broken = {
    get stdin(): never {
      throw new TypeError('x is not a function');
    },
    get stdout(): never {
      throw new TypeError('x is not a function');
    },
    stderr,
  };
  expect(await main(['--version'], broken)).toBe(4);
  expect(stderr.text()).toMatch(
    /^hap-monitor: internal error, please report it: TypeError: x is not a function [^\n]*\n$/,
  );
});

test('a command whose work does not end, ends soon after its deadline', async () => {
  const { socket } = await playHaproxy();
  const never = collect();
  never._write = () => undefined;
  const begin = performance.now();
  const stderr = collect();
  const streams = { stdin: Readable.from([]), stdout: never, stderr };
  const code = await main(['show', '--sockets', socket, '--deadline', soon()], streams);
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(code).toBe(4);
  expect(stderr.text()).toMatch(
    /^hap-monitor: the run: the deadline of \S+ s was reached, and something does not end: /,
  );
});

test('a command ends when its reader has taken what it says', async () => {
  const taken: string[] = [];
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      setTimeout(() => {
        taken.push(String(chunk));
        done();
      }, 100);
    },
  });
  const argv = ['--sockets', '/no/s.sock', '--pull-retries', '0', '--dry-run'];
  expect(await main(argv, { stdin: Readable.from([]), stdout: collect(), stderr })).toBe(1);
  expect(taken.join('')).toMatch(/^hap-monitor: unix:\/no\/s\.sock: no such socket/);
});
