import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../src/main.ts';
import { recorded, serveAnswers } from '../tools/players/fake-haproxy.ts';
import { collect } from './helpers/collect.ts';
import { damage } from './helpers/madness.ts';
import { chooseSeed, seededRandom } from './helpers/random.ts';
import { tempDir } from './helpers/temp-dir.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 5);

/** Counts from the start of the process, which here is that of all cases; half of it is for reading. */
const DEADLINE = ['--deadline', String(2 * SECONDS + 240)];

/** Nobody asks for it here. */
const stdin = Readable.from([]);

const POINT = /^[!-~]+ -?\d+(\.\d+)?(e[+-]?\d+)? \d{10}$/;

test(
  `${SECONDS} s of answers of every kind: never a crash, a hang or a malformed line`,
  async () => {
    const random = seededRandom(chooseSeed('FUZZ_SEED'));
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const answers = ['2.6-p1', '2.6-odd-names', '3.0.0'].map(folder => Buffer.from(recorded(folder)));
    const dir = await tempDir();
    let answer = Buffer.alloc(0);
    const haproxy = await serveAnswers(join(dir, 's.sock'), (_, socket) => socket.end(answer));
    onTestFinished(haproxy.stop);

    const end = performance.now() + SECONDS * 1000;
    let [cases, lines] = [0, 0];
    while (performance.now() < end) {
      answer = damage(pick(answers), random) as typeof answer;
      const layout = pick(['hap-monitor', 'haproxystats', 'tagged']);
      const protocol = pick(['tcp', 'udp']);
      const args = ['--type', 'G', '--backend', 'x', '--protocol', protocol, '--dry-run', ...DEADLINE];
      args.push('--layout', layout, '--pull-retries', '0');
      if (random() < 0.5) args.push('--metrics', 'all');
      if (random() < 0.3) args.push('--keep-dots');
      const [stdout, stderr] = [collect(), collect()];
      const from = performance.now();
      const code = await main([...args, '--sockets', join(dir, 's.sock')], { stdin, stdout, stderr });
      expect(performance.now() - from).toBeLessThan(5000);
      expect([code, stderr.text()]).toEqual([
        expect.toBeOneOf([0, 1, 4]),
        expect.not.stringMatching(/internal error|deadline/),
      ]);
      expect(stderr.text()).toMatch(/^(hap-monitor: \P{Cc}+\n)*$/u);
      const printed = stdout.text().split('\n').slice(0, -1);
      const malformed = printed.find(
        line => !POINT.test(line) || line.length > (protocol === 'tcp' ? 16_383 : 1431),
      );
      expect(malformed).toBeUndefined();
      cases++;
      lines += printed.length;
    }
    console.log(`${cases} answers, ${lines} lines`);
    expect(lines).toBeGreaterThan(0);
  },
  SECONDS * 1000 + 60_000,
);

test('100,000 rows are no trouble', async () => {
  const dir = await tempDir();
  const rows = Array.from({ length: 100_000 }, (_, index) => `app,s${index},1,UP,\n`).join('');
  const answer = `Name: HAProxy\nProcess_num: 1\n\n# pxname,svname,scur,status,\n${rows}\n`;
  const haproxy = await serveAnswers(join(dir, 's.sock'), answer);
  onTestFinished(haproxy.stop);
  const [stdout, stderr] = [collect(), collect()];
  const args = ['--type', 'G', '--backend', 'x', '--dry-run', '--pull-timeout', '20', ...DEADLINE];
  expect(await main([...args, '--sockets', join(dir, 's.sock')], { stdin, stdout, stderr })).toBe(0);
  expect(stdout.text().split('\n')).toHaveLength(600_001);
});
