import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running child process: everything it has printed so far, and a stop by PID that resolves once it is gone. */
export type Started = {
  readonly pid: number;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** The sign that a child is up, and its directory. */
type StartOptions = {
  /** Given what it has printed so far. */
  readonly ready: (output: string) => Promise<boolean>;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
};

const readyLimitMs = 15_000;
const killAfterMs = 3_000;
const notFound = 127; // the exit code of setpriv, as of a shell, for a missing program
// Below the ports that Linux gives to outgoing connections and to servers that ask for port 0.
const firstPort = 15_000;
const endPort = 32_768;

// A vitest that is killed leaves its workers behind, which would wait for their servers for ever.
process.once('disconnect', () => process.exit(1));

/** Starts a program and waits until it is ready; rejects with its output when it ends first or takes over 15 s. */
export async function startProcess(
  command: string,
  args: readonly string[],
  { ready, env = {}, cwd }: StartOptions,
): Promise<Started> {
  // An ordinary user's PATH has no sbin, which is where Debian installs haproxy.
  const path = `${process.env.PATH}:/usr/local/sbin:/usr/sbin`;
  // setpriv becomes the program itself, with the same PID; the kernel kills it when this process dies in whatever way.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    env: { ...process.env, PATH: path, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', chunk => printed.push(chunk));
  child.stderr.on('data', chunk => printed.push(chunk));
  const output = () => Buffer.concat(printed).toString();

  let ended: Error | undefined;
  const gone = new Promise<void>(resolve => {
    child.once('error', error => {
      ended = error;
      resolve();
    });
    child.once('close', (code, signal) => {
      ended ??=
        code === notFound
          ? new Error(`${command} is not installed: run sudo test/install-servers.sh`)
          : new Error(`${command} ended with ${signal ?? code} before it was ready:\n${output()}`);
      resolve();
    });
  });

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    const lastResort = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await gone;
    clearTimeout(lastResort);
  };

  try {
    await waitFor(
      async () => ended !== undefined || (await ready(output())),
      `${command} to be ready`,
      readyLimitMs,
    );
  } catch (cause) {
    await stop('SIGKILL');
    throw new Error(`${command} was not ready within ${readyLimitMs / 1000} s:\n${output()}`, { cause });
  }
  if (ended !== undefined) throw ended;
  return { pid: child.pid ?? 0, output, stop };
}

/** A port of 127.0.0.1 that is free for TCP and UDP and that no other test process on this machine is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, endPort);
    if ((await reserve(port)) && (await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port;
  }
}

// Test files run in parallel, and a server takes a while to bind its port: meanwhile the name of an abstract unix
// socket is a lock on the port, dropped by the kernel when this process ends. Other systems than Linux have no lock.
async function reserve(port: number): Promise<boolean> {
  const lock = createServer().unref();
  return new Promise(resolve => {
    lock.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    lock.listen(`\0hap-monitor-test-port-${port}`, () => resolve(true));
  });
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const tcp = createServer();
  const free = await new Promise<boolean>(resolve => {
    tcp.once('error', () => resolve(false));
    tcp.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise(resolve => tcp.close(resolve));
  return free;
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const free = await new Promise<boolean>(resolve => {
    udp.once('error', () => resolve(false));
    udp.bind(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise<void>(resolve => udp.close(resolve));
  return free;
}

/** Whether a TCP port of 127.0.0.1, or a unix socket when given a path, takes a connection. */
export async function acceptsOn(where: number | string): Promise<boolean> {
  const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
  const accepted = await new Promise<boolean>(resolve => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return accepted;
}

/** Polls (every 20 ms, or as said) until the check gives neither undefined nor false, and returns that; the error names `what`. */
export async function waitFor<T>(
  check: () => T | Promise<T>,
  what: string,
  limitMs = 10_000,
  everyMs = 20,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (isThere(value)) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    await sleep(everyMs);
  }
}

function isThere<T>(value: T): value is Exclude<T, undefined | false> {
  return value !== undefined && value !== false;
}
