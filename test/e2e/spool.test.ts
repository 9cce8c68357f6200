import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startCarbon } from '../../tools/players/carbon.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { freePort, waitFor } from '../../tools/players/process.ts';
import { lineIn } from '../helpers/line.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const SILENT = { code: 0, stdout: '', stderr: '' };
const isRoot = process.getuid?.() === 0;

/** An HAProxy's socket, a spool and the arguments of a run that tries once. */
async function setUp(port: number) {
  const { dir, socket } = await playHaproxy();
  const spool = join(dir, 'spool');
  const where = join(spool, `127.0.0.1_${port}`);
  const args = ['--type', 'G', '--hostname', 'lb1', '--backend', `127.0.0.1:${port}`, '--retries', '0'];
  const run = [...args, '--sockets', socket];
  return { dir, socket, spool, where, run, args: [...run, '--spool', spool] };
}

function files(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

test('carbon stopped for five runs and started again: the next run brings all six points', async () => {
  const dir = await tempDir();
  let carbon = await startCarbon({ dir });
  const { port } = carbon;
  await carbon.stop();
  const { args, where } = await setUp(port);
  for (let run = 0; run < 5; run++) {
    const ran = await runBin([...args, '--remind', '0']);
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toBe(
      `hap-monitor: tcp://127.0.0.1:${port}: connection refused: nothing listens there; ${(run + 1) * 848} datapoints wait in ${where}\n`,
    );
    await sleep(1000); // whisper has one point a second
  }
  carbon = await startCarbon({ dir, port });
  onTestFinished(() => carbon.stop());
  expect(await runBin(args)).toMatchObject(SILENT);
  const points = await waitFor(async () => {
    const read = await carbon.read('haproxy.lb1.1.Idle_pct');
    return read.size >= 6 && read;
  }, 'six points');
  expect(points.size).toBe(6);
  expect(files(where)).toEqual([]);
});

test('a backlog goes out oldest first, with its own timestamps', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  await runBin(args);
  await sleep(1000);
  await runBin(args);
  const kept = files(where).map(name => Number(name.split('-')[0]));
  const receiver = await receive(port);
  await sleep(1000);
  expect(await runBin(args)).toMatchObject(SILENT);
  const order = [...new Set(receiver.lines().map(line => Number(line.split(' ')[2])))];
  expect(order.slice(0, 2)).toEqual(kept.sort());
  expect(order).toHaveLength(3);
  expect(receiver.lines()).toHaveLength(3 * 848);
});

test('over UDP what was sent without an error is removed, and --verbose says that it cannot be known', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  const udp = [...args, '--protocol', 'udp'];
  expect(await runBin(udp)).toMatchObject({ code: 3 });
  const receiver = await receive(port);
  const { stderr, code } = await runBin([...udp, '--verbose']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^udp:.*: 848 lines, \d+ bytes, \d+ ms: sent, which UDP cannot confirm$/m);
  expect(receiver.lines()).toHaveLength(2 * 848);
  expect(files(where)).toEqual([]);
});

test('StatsD, a dry run and a run without --spool have nothing to do with it', async () => {
  const port = await freePort();
  const { args, run, spool } = await setUp(port);
  expect(await runBin(run)).toMatchObject({ code: 4 });
  expect(await runBin([...args, '--dry-run'])).toMatchObject({ code: 0, stderr: '' });
  const statsd = args.map(arg => (arg === 'G' ? 'S' : arg));
  expect(await runBin([...statsd, '--protocol', 'tcp'])).toMatchObject({ code: 4 });
  expect(readdirSync(spool)).toEqual([basename(lineIn(spool))]);
  expect(readdirSync(lineIn(spool))).toEqual(['runs.json']); // of the run to StatsD, for check and its reminders
});

test('the backlog is sent also while no HAProxy answers', async () => {
  const port = await freePort();
  const { socket, args, where } = await setUp(port);
  await runBin(args);
  const receiver = await receive(port);
  const ran = await runBin(args.map(arg => (arg === socket ? '/no/s.sock' : arg)));
  expect(ran.code).toBe(1);
  expect(receiver.lines()).toHaveLength(848);
  expect(files(where)).toEqual([]);
});

test('over --queue-size the oldest are dropped, which is said and is a loss', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  await runBin(args);
  const ran = await runBin([...args, '--queue-size', '1000', '--remind', '0']);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toBe(
    `hap-monitor: ${where}: 848 datapoints are lost, the oldest: more than 1000 were waiting (queue-size)\n` +
      `hap-monitor: tcp://127.0.0.1:${port}: connection refused: nothing listens there; 848 datapoints wait in ${where}\n`,
  );
});

test('--self-metrics: numbers about each run, those of an outage included', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  const told = [...args, '--self-metrics'];
  expect((await runBin(told)).code).toBe(3);
  expect(files(where)).toHaveLength(2);
  const receiver = await receive(port);
  await sleep(1000);
  expect(await runBin(told)).toMatchObject(SILENT);
  const own = receiver.lines().filter(line => line.includes('.hap-monitor.'));
  const values = (name: string) =>
    own.flatMap(line =>
      line.startsWith(`haproxy.lb1.hap-monitor.${name} `) ? [Number(line.split(' ')[1])] : [],
    );
  expect(values('heartbeat')).toEqual([1, 1]);
  expect(values('endpoints.read')).toEqual([1, 1]);
  expect(values('datapoints.spooled')).toEqual([848, 0]);
  expect(values('datapoints.sent')).toEqual([0, 2 * 848 + 12]);
  expect(values('spool.batches')).toEqual([1, 0]);
  expect(values('seconds.reading')).toHaveLength(2);
});

test('a damaged file is moved aside and said once, the rest is delivered', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  await runBin(args);
  const [name = ''] = files(where);
  writeFileSync(join(where, name), readFileSync(join(where, name)).subarray(0, 5000));
  const receiver = await receive(port);
  const ran = await runBin(args);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toMatch(
    /^hap-monitor: \S+\.damaged: a damaged batch of 848 datapoints was moved aside, they are lost: it has 5000 bytes instead of \d+\n$/,
  );
  expect(receiver.lines()).toHaveLength(848);
  expect(await runBin(args)).toMatchObject(SILENT);
});

test('two runs at once send each batch once and do not wait for each other', async () => {
  const port = await freePort();
  const { args } = await setUp(port);
  for (let run = 0; run < 4; run++) await runBin(args);
  const receiver = await receive(port);
  const ran = await Promise.all([1, 2, 3].map(() => runBin(args)));
  for (const one of ran) expect(one).toMatchObject(SILENT);
  expect(receiver.lines()).toHaveLength(7 * 848);
});

test('a run that waits for its receiver holds up no other run', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  const server = createServer({ allowHalfOpen: true }, socket => socket.resume()).listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  const waiting = runBin(args);
  await waitFor(() => files(where).length === 1, 'a claimed batch');
  const ran = await runBin([...args, '--confirm', 'sent']);
  expect(ran).toMatchObject(SILENT);
  expect(ran.seconds).toBeLessThan(4);
  expect((await waiting).code).toBe(3);
  expect(files(where)).toHaveLength(1);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  '%s while it delivers: all is in the spool, exit 3, and without a spool 4',
  async signal => {
    const port = await freePort();
    const { args, run, where } = await setUp(port);
    let connected = 0;
    const server = createServer({ allowHalfOpen: true }, socket => {
      connected++;
      socket.on('error', () => undefined).resume();
    });
    server.listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    for (const [given, code, rest] of [
      [args, 3, `848 datapoints wait in ${where}`],
      [run, 4, '848 datapoints are lost'],
    ] as const) {
      const before = connected;
      const child = spawn(process.execPath, ['bin/hap-monitor.js', ...given]);
      let stderr = '';
      child.stderr.on('data', chunk => (stderr += chunk));
      await waitFor(() => connected > before, 'the connection');
      child.kill(signal);
      expect(await new Promise(resolve => child.once('close', resolve))).toBe(code);
      expect(stderr).toBe(`hap-monitor: tcp://127.0.0.1:${port}: stopped by ${signal}; ${rest}\n`);
    }
    expect(files(where)).toEqual([expect.stringMatching(/\.batch$/)]);
  },
);

test('a signal while it reads: what was read is in the spool', async () => {
  const port = await freePort();
  const { dir, args, where } = await setUp(port);
  const path = join(dir, 'silent.sock');
  const silent = await serveAnswers(path, () => undefined);
  onTestFinished(silent.stop);
  const child = spawn(process.execPath, ['bin/hap-monitor.js', ...args, '--sockets', path]);
  let stderr = '';
  child.stderr.on('data', chunk => (stderr += chunk));
  await waitFor(() => silent.commands.length > 0, 'the question');
  await sleep(200); // the other one has answered by then
  child.kill('SIGTERM');
  expect(await new Promise(resolve => child.once('close', resolve))).toBe(3);
  expect(stderr).toBe(
    `hap-monitor: unix:${dir}/silent.sock: stopped by SIGTERM\n` +
      `hap-monitor: tcp://127.0.0.1:${port}: stopped by SIGTERM; 848 datapoints wait in ${where}\n`,
  );
});

test('a run killed with its batch claimed: the next run sends it', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  const sockets: Socket[] = [];
  const server = createServer(socket => sockets.push(socket.pause().on('error', () => undefined)));
  server.listen(port, '127.0.0.1');
  const child = spawn(process.execPath, ['bin/hap-monitor.js', ...args]);
  await waitFor(() => files(where).some(name => /\.batch\./.test(name)), 'a claimed batch');
  child.kill('SIGKILL');
  await new Promise(resolve => child.once('close', resolve));
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => server.close(resolve));
  const receiver = await receive(port);
  expect(await runBin(args)).toMatchObject(SILENT);
  expect(receiver.lines()).toHaveLength(2 * 848);
});

test('a file size limit: said, and delivered all the same; lost only when that fails, too', async () => {
  const port = await freePort();
  const { args, where } = await setUp(port);
  const limited = async () => {
    const command = `ulimit -f 8; exec ${process.execPath} bin/hap-monitor.js ${args.join(' ')}`;
    return promisify(execFile)('bash', ['-c', command]).catch(error => error);
  };
  const unkept = `hap-monitor: ${where}: this run cannot be kept: the file would be larger than this process may write; raise the limit (ulimit -f)\n`;
  expect(await limited()).toMatchObject({
    code: 4,
    stderr: `${unkept}hap-monitor: tcp://127.0.0.1:${port}: connection refused: nothing listens there; 848 datapoints are lost\n`,
  });
  const receiver = await receive(port);
  expect(await limited()).toMatchObject({ code: 1, stderr: unkept });
  expect(receiver.lines()).toHaveLength(848);
  expect(files(where)).toEqual([]);
});

test.runIf(isRoot)('a full disk: said, and delivered all the same', async () => {
  const port = await freePort();
  const { args, spool, where } = await setUp(port);
  mkdirSync(spool, { mode: 0o700 });
  const call = promisify(execFile);
  await call('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'none', spool]);
  onTestFinished(async () => void (await call('umount', [spool])));
  expect((await runBin(args)).code).toBe(3);
  const ran = await runBin(args);
  const full = `hap-monitor: ${where}: this run cannot be kept: no space is left on the disk; make room, or lower queue-size\n`;
  expect(ran.code).toBe(4);
  expect(ran.stderr).toMatch(
    new RegExp(`^${full}hap-monitor: \\S+ connection refused: .+; 848 datapoints are lost\n`),
  );
  const receiver = await receive(port);
  expect(await runBin(args)).toMatchObject({ code: 1, stderr: full });
  expect(receiver.lines()).toHaveLength(2 * 848);
  expect(await runBin(args)).toMatchObject(SILENT);
});

test.runIf(isRoot)(
  'a spool of another user: said, delivered all the same, exit 4 when that fails',
  async () => {
    const port = await freePort();
    const { args, spool } = await setUp(port);
    mkdirSync(spool, { mode: 0o700 });
    chownSync(spool, 65_534, 65_534);
    const refused = `hap-monitor: ${spool}: the spool directory belongs to user 65534, this is user 0: run as its owner, or name another directory\n`;
    const ran = await runBin(args);
    expect(ran.code).toBe(4);
    expect(ran.stderr.startsWith(refused)).toBe(true);
    const receiver = await receive(port);
    expect(await runBin(args)).toMatchObject({ code: 1, stderr: refused });
    expect(receiver.lines()).toHaveLength(848);
  },
);

test.runIf(isRoot)('a batch that may not be read stays, is said, and is sent when it may be', async () => {
  const port = await freePort();
  const { spool } = await setUp(port);
  const haproxy = await serveAnswers({ port: 0 }, recorded('2.6-p1'));
  onTestFinished(haproxy.stop);
  mkdirSync(spool, { mode: 0o700 });
  chownSync(spool, 65_534, 65_534);
  const args = [
    '--sockets',
    `tcp://127.0.0.1:${haproxy.port}`,
    '--backend',
    `127.0.0.1:${port}`,
    '--type',
    'G',
  ];
  const user = { uid: 65_534, gid: 65_534 };
  const run = () => runBin([...args, '--spool', spool, '--retries', '0'], user);
  expect((await run()).code).toBe(3);
  const where = join(spool, `127.0.0.1_${port}`);
  const [name = ''] = readdirSync(where);
  const batch = join(where, name);
  chownSync(batch, 0, 0);
  const receiver = await receive(port);
  expect(await run()).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${batch}: a batch of 848 datapoints cannot be read and stays here: permission denied; chown 65534 ${batch}\n`,
  });
  expect(receiver.lines()).toHaveLength(848);
  chownSync(batch, 65_534, 65_534);
  expect((await run()).code).toBe(0);
  expect(receiver.lines()).toHaveLength(3 * 848);
  expect(readdirSync(where)).toEqual([]);
});

test('a spool that is a link or may not be made: said, delivered all the same', async () => {
  const port = await freePort();
  const { dir, args, run, spool } = await setUp(port);
  const receiver = await receive(port);
  symlinkSync(dir, spool);
  expect(await runBin(args)).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${spool}: the spool is a symbolic link, which is not followed: name the directory itself\n`,
  });
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  const nobody = await serveAnswers({ port: 0 }, recorded('2.6-p1'));
  onTestFinished(nobody.stop);
  const sockets = run.map(arg => (arg.endsWith('s.sock') ? `tcp://127.0.0.1:${nobody.port}` : arg));
  const ran = await runBin([...sockets, '--spool', '/var/hap-monitor-spool'], user);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(
    /^hap-monitor: \/var\/hap-monitor-spool: the spool directory cannot be made: permission denied; make it: install -d -m 700 -o \d+ \/var\/hap-monitor-spool\n$/,
  );
  expect(receiver.lines()).toHaveLength(2 * 848);
});
