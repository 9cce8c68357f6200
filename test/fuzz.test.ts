import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../src/main.ts';
import { recorded, serveAnswers } from './helpers/fake-haproxy.ts';
import { chooseSeed, seededRandom } from './helpers/random.ts';
import { tempDir } from './helpers/temp-dir.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 5);

/** Counts from the start of the process, which here is that of all cases. */
const DEADLINE = ['--deadline', String(SECONDS + 120)];

/** What an HAProxy gone mad answers: made of a real answer, or of nothing at all. */
const MADNESS: readonly ((answer: Buffer, random: () => number) => Buffer)[] = [
  (_, random) => Buffer.from(Array.from({ length: random() * 5000 }, () => Math.floor(random() * 256))),
  (answer, random) => answer.subarray(0, Math.floor(random() * answer.length)),
  changeBytes,
  moveText,
  answer => Buffer.from(answer.toString('latin1'), 'utf16le'),
  (answer, random) => Buffer.concat([answer.subarray(0, Math.floor(random() * answer.length)), answer]),
  (answer, random) => insert(answer, random, Buffer.alloc(1_000_000, random() < 0.5 ? 'x' : ',')),
  (answer, random) => insert(answer, random, Buffer.from('"'.repeat(1 + random() * 3))),
  (answer, random) => insert(answer, random, Buffer.from('\n'.repeat(1 + random() * 2))),
  (answer, random) => insert(answer, random, Buffer.from('é\u2028🐘;~a=b|c#\u0000\r,-1e400,NaN,0x10,')),
  answer => Buffer.from(answer.toString('latin1').replace(/,\d+/g, ',99999999999999999999999999')),
  answer => Buffer.from(answer.toString('latin1').replace('svname,', `svname,${'c,'.repeat(2000)}`)),
  answer => Buffer.from(answer.toString('latin1').replace(/^web/gm, 'w'.repeat(20_000))),
  answer => Buffer.from(answer.toString('latin1').replace(/FRONTEND/g, 'F'.repeat(70_000))),
];

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
      answer = pick(answers);
      for (let times = 1 + random() * 2; times > 0; times--)
        answer = pick(MADNESS)(answer, random) as typeof answer;
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

function changeBytes(answer: Buffer, random: () => number): Buffer {
  const changed = Buffer.from(answer);
  for (let times = random() * 20; times > 0; times--)
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  return changed;
}

function moveText(answer: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * answer.length);
  return insert(answer, random, answer.subarray(at, at + Math.floor(random() * 500)));
}

function insert(answer: Buffer, random: () => number, text: Buffer): Buffer {
  const at = Math.floor(random() * answer.length);
  return Buffer.concat([answer.subarray(0, at), text, answer.subarray(at)]);
}

function collect(): Writable & { text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join('') });
}
