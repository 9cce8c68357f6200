import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../tools/players/process.ts';
import { playHaproxy } from '../helpers/per-test.ts';
import { chooseSeed, seededRandom } from '../helpers/random.ts';
import { runBin } from '../helpers/run-bin.ts';

const RUNS = Number(process.env.CHAOS_RUNS ?? 25);

const MOODS = ['good', 'good', 'cut', 'reset', 'deaf', 'hang', 'early', 'slam', 'leave', 'ignore'] as const;
type Mood = (typeof MOODS)[number];

/** A Graphite receiver that treats each connection as chance has it. What it has read has arrived. */
function makeReceiver(port: number, random: () => number) {
  const arrived: string[] = [];
  const moods = new Map<Mood, number>();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let choices: readonly Mood[] = MOODS;

  const receive = (socket: Socket): void => {
    const mood = choices[Math.floor(random() * choices.length)] as Mood;
    moods.set(mood, (moods.get(mood) ?? 0) + 1);
    const limit = Math.floor(random() * 300_000);
    let text = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      arrived.push(...text.split('\n').slice(0, -1));
    });
    if (mood === 'ignore') setTimeout(() => closeUnread(socket), random() * 60);
    if (mood === 'slam') socket.destroy();
    if (mood === 'deaf' || mood === 'ignore') return;
    socket.resume();
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      if (text.length < limit) return;
      if (mood === 'cut') socket.destroy();
      if (mood === 'reset') socket.resetAndDestroy();
      if (mood === 'early') socket.end(); // and reads on
      if (mood === 'leave') {
        socket.pause();
        setTimeout(() => {
          socket.read(); // Node reads on into its buffer; no sender can tell that from a receiver that has taken it
          closeUnread(socket);
        }, random() * 20);
      }
    });
    socket.on('end', () => {
      if (mood === 'hang') return;
      if (mood === 'good' || mood === 'early') socket.end();
      else socket.resetAndDestroy();
    });
  };
  return {
    arrived,
    moods,
    start: async () => {
      server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, receive).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    stop: async () => {
      for (const socket of sockets) socket.resetAndDestroy();
      const stopped = server;
      server = undefined;
      if (stopped !== undefined) await new Promise(resolve => stopped.close(resolve));
    },
    cheerUp: () => {
      choices = ['good'];
    },
  };
}

/** Closes as carbon and Python's servers do when they are stopped: FIN, and a reset only where a kernel still has something to refuse. */
function closeUnread(socket: Socket): void {
  socket.end();
  socket.destroy();
}

test(
  `${RUNS} runs against a receiver that fails in every way, some of them killed: nothing that was kept is lost`,
  async () => {
    const seed = chooseSeed('CHAOS_SEED');
    const random = seededRandom(seed);
    const { dir, socket } = await playHaproxy();
    const port = await freePort();
    const receiver = makeReceiver(port, random);
    onTestFinished(() => receiver.stop());
    await receiver.start();
    let up = true;

    const needed = ['--type', 'G', '--backend', `127.0.0.1:${port}`, '--sockets', socket];
    needed.push('--metrics', 'all');
    const points = (await runBin([...needed, '--dry-run'])).stdout.split('\n').length - 1;
    const args = [
      ...needed,
      '--spool',
      join(dir, 'spool'),
      '--verbose',
      '--retries',
      '1',
      '--interval',
      '0.05',
    ];
    args.push('--confirm-timeout', '0.3', '--write-timeout', '0.3', '--deadline', '10');
    /** By run: whether it said that its datapoints were kept, and the span of time it ran in. */
    const runs = new Map<string, { kept: boolean; from: number; to: number }>();
    const codes = new Map<string, number>();
    const start = async (host: string, signal?: NodeJS.Signals): Promise<void> => {
      const from = Math.floor(Date.now() / 1000);
      const child = spawn(process.execPath, ['bin/hap-monitor.js', ...args, '--hostname', host]);
      let stderr = '';
      child.stderr.on('data', chunk => (stderr += chunk));
      const wait = random() * 400;
      const closed = once(child, 'close');
      const killer = signal && setTimeout(() => child.kill(signal), wait);
      const [code, by] = await closed;
      clearTimeout(killer);
      const kept = stderr.includes(`${points} datapoints kept\n`);
      runs.set(host, { kept, from, to: Math.ceil(Date.now() / 1000) });
      const end = by ?? `exit ${code}`;
      codes.set(end, (codes.get(end) ?? 0) + 1);
      if (signal === undefined)
        expect([host, kept, [0, 3].includes(code), stderr.includes('internal error')]).toEqual([
          host,
          true,
          true,
          false,
        ]);
      if (signal === 'SIGTERM' && by === null) expect([0, 1, 3]).toContain(code);
    };

    const running: Promise<void>[] = [];
    for (let run = 0; run < RUNS; run++) {
      if (random() < 0.2) {
        if (up) await receiver.stop();
        else await receiver.start();
        up = !up;
      }
      const fate = random();
      const started = start(`run${run}`, fate < 0.25 ? 'SIGKILL' : fate < 0.4 ? 'SIGTERM' : undefined);
      running.push(started);
      if (random() < 0.8) await started;
      else await sleep(random() * 200);
    }
    await Promise.all(running);

    if (!up) await receiver.start();
    receiver.cheerUp();
    await start('last');
    const left = readdirSync(join(dir, 'spool', `127.0.0.1_${port}`));
    expect(left).toEqual([]);

    const lines = new Map<string, number>();
    for (const line of receiver.arrived) lines.set(line, (lines.get(line) ?? 0) + 1);
    const byRun = new Map<string, Set<string>>();
    for (const line of lines.keys()) {
      expect(line).toMatch(/^haproxy\.(run\d+|last)\.1\.\S+ -?[\d.]+ \d{10}$/);
      const host = line.split('.')[1] ?? '';
      byRun.set(host, (byRun.get(host) ?? new Set()).add(line));
    }
    for (const [host, { kept, from, to }] of runs) {
      const got = byRun.get(host) ?? new Set();
      // A run killed between having its batch on disk and saying so: all or nothing.
      expect([host, got.size]).toEqual([host, kept || got.size > 0 ? points : 0]);
      const timestamps = new Set([...got].map(line => Number(line.split(' ')[2])));
      for (const timestamp of timestamps) {
        expect(timestamp).toBeGreaterThanOrEqual(from);
        expect(timestamp).toBeLessThanOrEqual(to);
      }
      expect(timestamps.size).toBe(got.size === 0 ? 0 : 1);
    }
    const twice = [...lines.values()].reduce((sum, times) => sum + times - 1, 0);
    console.log(
      `${RUNS} runs (${[...codes].map(([end, count]) => `${count} ${end}`).join(', ')}), ` +
        `connections: ${[...receiver.moods].map(([mood, count]) => `${count} ${mood}`).join(', ')}; ` +
        `${lines.size} datapoints arrived, and again ${twice} times`,
    );
  },
  60_000 + RUNS * 6_000,
);
