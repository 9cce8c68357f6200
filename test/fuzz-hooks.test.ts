import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../src/main.ts';
import { serveAnswers } from '../tools/players/fake-haproxy.ts';
import { collect } from './helpers/collect.ts';
import { makeDb } from './helpers/db-file.ts';
import { recordedAnswer, recordedPage } from './helpers/hook-pages.ts';
import { runHookStats } from './helpers/hook-stats.ts';
import { damage } from './helpers/madness.ts';
import { playHaproxy } from './helpers/per-test.ts';
import { chooseSeed, seededRandom } from './helpers/random.ts';
import { tempDir } from './helpers/temp-dir.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 5);

const POINT = /^[!-~]+ -?\d+(\.\d+)?(e[+-]?\d+)? \d{10}$/;

const PAGES = [
  'gstats.json',
  'gpe-sample-fresh.prom',
  'gpe-sample-openmetrics.txt',
  'statsd-exporter.prom',
].map(file => Buffer.from(recordedPage(file)));

const ANSWERS = [
  recordedAnswer('gpe-sample-client-HEAD.prom'),
  Buffer.from(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nm 1\n\r\n0\r\n\r\n',
  ),
  Buffer.from(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\nContent-Length: 3\r\n\r\nabc',
  ),
];

const DB = makeDb([
  ['["requests", "requests_total", {"path": "/"}, "help"]', 7, 1],
  ['["latency", "latency_bucket", {"le": "0.5"}, "help"]', 2, 1],
  ['["latency", "latency_bucket", {"le": "+Inf"}, "help"]', 1, 1],
]);

test(
  `${SECONDS} s of hook snapshots of every kind: HAProxy’s numbers are there each time, in time`,
  async () => {
    const random = seededRandom(chooseSeed('FUZZ_SEED'));
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const { dir, socket } = await playHaproxy();
    let answer: Buffer = Buffer.alloc(0);
    const web = await serveAnswers({ port: 0 }, (_, peer) => peer.end(answer));
    onTestFinished(web.stop);
    const written = await writeWorkers();

    /** A directory of files, some of which are damaged, missing, or something else. */
    const fill = (path: string, files: ReadonlyMap<string, Buffer>): string => {
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
      for (const [name, bytes] of files) {
        const kind = random();
        if (kind < 0.05) mkdirSync(join(path, name));
        else if (kind < 0.1) symlinkSync('/dev/zero', join(path, name));
        else if (kind < 0.9) writeFileSync(join(path, name), random() < 0.5 ? damage(bytes, random) : bytes);
      }
      return path;
    };
    const sources: readonly (() => string)[] = [
      () => {
        const page = damage(pick(PAGES), random);
        writeFileSync(join(dir, 'page'), random() < 0.1 ? gzipSync(page) : page);
        return join(dir, 'page');
      },
      () => {
        answer = damage(pick(ANSWERS), random);
        return `http://127.0.0.1:${web.port}/metrics`;
      },
      () => fill(join(dir, 'workers'), written),
      () =>
        fill(
          join(dir, 'db'),
          new Map([
            ['counter_7.db', DB],
            ['gauge_all_7.db', DB],
            ['histogram_9.db', DB],
          ]),
        ),
    ];

    const end = performance.now() + SECONDS * 1000;
    let [cases, read] = [0, 0];
    while (performance.now() < end) {
      const layout = pick(['hap-monitor', 'tagged']);
      const args = [
        '--type',
        'G',
        '--backend',
        'x',
        '--dry-run',
        '--layout',
        layout,
        '--metrics',
        'Idle_pct',
      ];
      args.push('--deadline', '3600'); // it counts from the start of this process
      const [stdout, stderr] = [collect(), collect()];
      const streams = { stdin: Readable.from([]), stdout, stderr };
      const from = performance.now();
      const source = `${random() < 0.3 ? 'app=' : ''}${pick(sources)()}`;
      const code = await main([...args, '--sockets', socket, '--hook-stats', source], streams);
      expect(performance.now() - from).toBeLessThan(5000);
      expect([code, stderr.text()]).toEqual([
        expect.toBeOneOf([0, 1]),
        expect.not.stringContaining('internal error'),
      ]);
      expect(stderr.text()).toMatch(/^(hap-monitor: [^\p{Cc}\u2028]{1,1000}\n)*$/u);
      const printed = stdout.text().split('\n').slice(0, -1);
      expect(printed.filter(line => /Idle_pct/.test(line))).toHaveLength(1);
      expect(printed.find(line => !POINT.test(line) || line.length > 16_383)).toBeUndefined();
      cases++;
      if (code === 0) read++;
    }
    console.log(`${cases} snapshots, ${read} of them read`);
    expect(read).toBeGreaterThan(0);
  },
  SECONDS * 1000 + 60_000,
);

/** Files of hook_stats.py by name: of a worker that is gone, and of one that is not folded yet. */
async function writeWorkers(): Promise<ReadonlyMap<string, Buffer>> {
  const directory = await tempDir();
  await runHookStats(
    directory,
    "set_clock(time.time())\nstats = HookStats('my_app', directory)\nin_child(lambda: request(stats))\nstats.child_exit(None, None)\nrequest(stats)\nanswer(None)",
  );
  return new Map(readdirSync(directory).map(name => [name, readFileSync(join(directory, name))]));
}
