import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { readAll } from '../../src/haproxy/read-all.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LIMITS = { retries: 0, connectTimeout: 500, interval: 50, total: 2000 };

/** The answer of a 2.6 master to a command that it does not know. */
const UNKNOWN = `Unknown command, but maybe one of the following ones is a better match:
  show cli sockets                        : dump list of cli sockets
  show proc                               : show processes status
  help [<command>]                        : list matching or all commands

`;

type Worker = { readonly pid: number; readonly uptime: string; readonly says?: string };

interface Played {
  readonly path: string;
  readonly commands: readonly string[];
}

/** Plays a master: `workers` and `old` are asked for at each `show proc`. It keeps every connection, as masters do. */
async function playMaster(workers: () => Worker[], old: () => Worker[] = () => []): Promise<Played> {
  const path = join(await tempDir(), 'master.sock');
  const row = ({ pid, uptime }: Worker): string =>
    `${pid}           worker          0               ${uptime}     2.6.12\n`;
  const answer = (command: string, socket: Socket): void => {
    if (command === 'show proc') {
      const rows = ['# workers\n', ...workers().map(row), '# old workers\n', ...old().map(row)].join('');
      socket.write(
        `#<PID> <type> <reloads> <uptime> <version>\n1 master 1 [failed: 0] 1d00h00m00s 2.6.12\n${rows}\n`,
      );
      return;
    }
    const [, pid] = /^@!(\d+) show info/.exec(command) ?? [];
    if (pid === undefined) {
      socket.write(UNKNOWN + UNKNOWN);
      return;
    }
    const worker = [...workers(), ...old()].find(one => String(one.pid) === pid);
    if (worker === undefined) socket.end(`Can't find the target PID matching the prefix '@!${pid}'\n\n`);
    else if (worker.says !== '') socket.write(String(worker.says ?? recorded('2.6-p1')));
  };
  const { commands, stop } = await serveAnswers(path, answer);
  onTestFinished(stop);
  return { path, commands };
}

async function read(path: string, limits: Partial<typeof LIMITS> = {}) {
  return await readAll([parseEndpoint(path)], { ...LIMITS, ...limits });
}

function figures({ distinct }: Awaited<ReturnType<typeof read>>): (number | undefined)[] {
  const names = ['count', 'CurrConns', 'oldest_seconds'];
  return names.map(name => distinct[0]?.info.get(`old_workers.${name}`)?.number);
}

const info = (connections: number): string => `Name: HAProxy\nPid: 5\nCurrConns: ${connections}\n\n`;

it('the current worker is read through its master, as from its own socket', async () => {
  const { path, commands } = await playMaster(() => [{ pid: 77, uptime: '0d00h00m09s' }]);
  const reading = await read(path);
  expect(reading.failures).toEqual([]);
  expect(reading.distinct[0]?.stat.length).toBe(56);
  expect(commands).toEqual(['show info;show stat', 'show proc', '@!77 show info;@!77 show stat']);
  expect(figures(reading)).toEqual([0, 0, 0]);
});

it('old workers are counted, with their connections and the age of the oldest', async () => {
  const reading = await read(
    (
      await playMaster(
        () => [{ pid: 77, uptime: '0d00h00m09s' }],
        () => [
          { pid: 66, uptime: '0d00h10m00s', says: info(3) },
          { pid: 55, uptime: '1d00h00m00s', says: info(4) },
        ],
      )
    ).path,
  );
  expect(figures(reading)).toEqual([2, 7, 86_400]);
});

it('an old worker that ends meanwhile is not counted', async () => {
  let asked = 0;
  const { path } = await playMaster(
    () => [{ pid: 77, uptime: '0d00h00m09s' }],
    () => (asked++ === 0 ? [{ pid: 66, uptime: '0d00h10m00s' }] : []),
  );
  expect(figures(await read(path))).toEqual([0, 0, 0]);
});

it('an old worker that hangs is counted, and no sum without its connections is given', async () => {
  const { path } = await playMaster(
    () => [{ pid: 77, uptime: '0d00h00m09s' }],
    () => [
      { pid: 66, uptime: '0d00h10m00s', says: '' },
      { pid: 55, uptime: '0d00h20m00s', says: info(4) },
    ],
  );
  const reading = await read(path, { total: 400 });
  expect(reading.failures).toEqual([]);
  expect(figures(reading)).toEqual([2, undefined, 1200]);
});

it('of two workers that are there while one starts the older one is read', async () => {
  const { path } = await playMaster(() => [
    { pid: 88, uptime: '0d00h00m00s', says: '' },
    { pid: 77, uptime: '0d00h00m09s' },
  ]);
  expect((await read(path)).distinct[0]?.stat.length).toBe(56);
});

it('a worker that ends meanwhile is asked for again', async () => {
  let asked = 0;
  const { path } = await playMaster(() => [{ pid: ++asked <= 4 ? 76 + asked : 99, uptime: '0d00h00m09s' }]);
  expect((await read(path)).failures.map(({ message }) => message)).toEqual([
    `unix:${path}: answered "Can't find the target PID matching the prefix '@!77'" to show info`,
  ]);
  expect((await read(path, { retries: 1 })).distinct).toHaveLength(1);
});

it('a master without a worker is asked again, then told', async () => {
  const { path, commands } = await playMaster(() => []);
  expect((await read(path, { retries: 1 })).failures.map(({ message }) => message)).toEqual([
    `unix:${path}: the master has no worker: does HAProxy start, or end?`,
  ]);
  expect(commands.filter(command => command === 'show proc')).toHaveLength(2);
});

it('a master that does not show its workers is told at once', async () => {
  const path = join(await tempDir(), 'master.sock');
  const { commands, stop } = await serveAnswers(path, (_, socket) => void socket.write(UNKNOWN + UNKNOWN));
  onTestFinished(stop);
  const [said] = UNKNOWN.split('\n');
  expect((await read(path, { retries: 3, interval: 500 })).failures.map(({ message }) => message)).toEqual([
    `unix:${path}: answered "${said}" to show proc: this is the socket of a master, name the "stats socket" of its worker`,
  ]);
  expect(commands).toEqual(['show info;show stat', 'show proc']);
});

it('several workers that serve at once have to be named by their own sockets', async () => {
  const path = join(await tempDir(), 'master.sock');
  const rows = [1, 2].map(number => `7${number} worker ${number} 0 0d00h00m09s 2.0.0\n`).join('');
  const { stop } = await serveAnswers(path, (command, socket) => {
    const header = '#<PID> <type> <relative PID> <reloads> <uptime> <version>\n';
    socket.write(command === 'show proc' ? `${header}# workers\n${rows}\n` : UNKNOWN);
  });
  onTestFinished(stop);
  expect((await read(path)).failures.map(({ message }) => message)).toEqual([
    `unix:${path}: the master has 2 workers that serve at once (nbproc): name the "stats socket" of each`,
  ]);
});
