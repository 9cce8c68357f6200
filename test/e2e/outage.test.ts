import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../tools/players/process.ts';
import { startReceiver } from '../../tools/players/receiver.ts';
import { lineIn } from '../helpers/line.ts';
import { playHaproxy, receive } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';

async function setUp() {
  const { dir, socket } = await playHaproxy();
  const spool = join(dir, 'spool');
  const port = await freePort();
  const backend = ['--backend', `127.0.0.1:${port}`, '--type', 'G', '--retries', '0'];
  return { spool, port, args: ['--sockets', socket, '--spool', spool, ...backend] };
}

/** Makes what the runs remember older by so many minutes. */
function pass(minutes: number, spool: string): void {
  const file = join(lineIn(spool), 'runs.json');
  const age = (_: string, name: string, time: string) => `"${name}":${Number(time) - 60 * minutes}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"(since|said)":(\d+)/g, age));
}

test('an outage is said once an hour, every run is exit 3, and the first good run is silent and brings all', async () => {
  const { spool, port, args } = await setUp();
  const lines: string[] = [];
  for (const minutes of [0, 1, 58, 1, 60, 59]) {
    if (minutes > 0) pass(minutes, spool);
    const ran = await runBin(args);
    expect(ran.code).toBe(3);
    lines.push(ran.stderr);
  }
  expect(lines.map(line => line !== '')).toEqual([true, false, false, true, true, false]);
  expect(lines[0]).toMatch(/connection refused: nothing listens there; \d+ datapoints wait in \S+\n$/);
  expect(lines[3]).toMatch(/; this outage has lasted for 60 minutes\n$/);

  const receiver = await startReceiver(port);
  expect(await runBin(args)).toMatchObject({ code: 0, stderr: '' });
  const ofOneRun = Number(/(\d+) datapoints wait/.exec(lines[0] ?? '')?.[1]);
  expect(receiver.lines().length).toBe(7 * ofOneRun);
  await receiver.stop();

  const next = await runBin(args);
  expect([next.code, next.stderr.split('\n').length]).toEqual([3, 2]);
});

test('--remind 0 says it each time, and without a spool each run speaks, since each one loses', async () => {
  const { args } = await setUp();
  for (let run = 0; run < 2; run++) {
    const ran = await runBin([...args, '--remind', '0']);
    expect([ran.code, ran.stderr === '']).toEqual([3, false]);
    const lossy = await runBin(
      args.filter((arg, index) => arg !== '--spool' && args[index - 1] !== '--spool'),
    );
    expect([lossy.code, lossy.stderr === '']).toEqual([4, false]);
  }
});

test('a memory that is damaged is said once and begun anew; nothing else fails for it', async () => {
  const { spool, args, port } = await setUp();
  const receiver = await receive(port);
  expect((await runBin(args)).code).toBe(0);
  writeFileSync(join(lineIn(spool), 'runs.json'), '{"format":');
  expect(await runBin(args)).toMatchObject({
    code: 1,
    stderr: `hap-monitor: ${spool}: the memory of earlier runs (runs.json) cannot be read and is begun anew: it is not JSON\n`,
  });
  expect(await runBin(args)).toMatchObject({ code: 0, stderr: '' });
  expect(receiver.lines().length % 3).toBe(0);
});
