import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from './helpers/random.ts';
import { tempDir } from './helpers/temp-dir.ts';

const { version, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

let root = '';
let command = '';
let source = '';
let code = '';
let built: { readonly source: string; readonly code: Buffer };

beforeAll(async () => {
  root = await tempDir();
  for (const name of ['bin', 'dist', 'package.json']) cpSync(name, join(root, name), { recursive: true });
  [command, source] = [join(root, 'bin/hap-monitor.js'), join(root, 'dist/main.js')];
  code = `${source}.cache`;
  built = { source: readFileSync(source, 'utf8'), code: readFileSync(code) };
});

beforeEach(() => {
  writeFileSync(source, built.source);
  writeFileSync(code, built.code);
});

/** The command's own words, and for each file of dist that it loads whether V8 rejected its code; null if there was none. */
function run(...args: readonly string[]) {
  const js = `const { scripts } = require('${command}');
    const list = () => Object.entries(scripts).map(([file, script]) => [file, script.cachedDataRejected ?? null]);
    process.on('exit', () => console.error(JSON.stringify(Object.fromEntries(list()))))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', js, '-', ...args], { encoding: 'utf8' });
  const rejected: Record<string, boolean | null> = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
  return { said: stdout, rejected };
}

/** The command's own word, and whether V8 rejected the code of main.js. */
function start(): { readonly said: string; readonly rejected: boolean | undefined } {
  const { said, rejected } = run('--version');
  return { said, rejected: rejected[source] ?? undefined };
}

test('the code of the build is taken', () => {
  expect(start()).toEqual({ said: `${version}\n`, rejected: false });
});

test('the code of every file of dist is kept, and that of each that is loaded is taken', () => {
  const files = readdirSync('dist');
  const sources = files.filter(name => name.endsWith('.js'));
  expect(files.filter(name => name.endsWith('.cache'))).toEqual(sources.map(name => `${name}.cache`));
  const { rejected } = run('--dry-run', '--sockets', join(root, '*.sock'), '--type', 'S', '--self-metrics');
  expect(Object.keys(rejected)).toContain(join(root, 'dist/sink-encode-statsd.js'));
  expect(Object.keys(rejected)).toContain(join(root, 'dist/glob.js'));
  expect(Object.values(rejected)).not.toContain(null);
  expect(Object.values(rejected)).not.toContain(true);
});

test('a file whose code is gone is loaded without', () => {
  const file = join(root, 'dist/config-print.js');
  const kept = readFileSync(`${file}.cache`);
  rmSync(`${file}.cache`);
  const { said, rejected } = run('--print-defaults');
  expect(said).toContain('[graphite]');
  expect(rejected).toEqual({ [source]: false, [file]: null });
  writeFileSync(`${file}.cache`, kept);
});

test('code with one bit that differs is not taken', () => {
  const random = seededRandom(20_261_126);
  const header = Array.from({ length: 4 }, (_, index) => 8 * index);
  const places = Array.from({ length: 8 }, () => Math.floor(random() * built.code.length));
  for (const place of [...header, ...places, built.code.length - 1]) {
    const damaged = Buffer.from(built.code);
    damaged[place] = (damaged[place] ?? 0) ^ (1 << Math.floor(random() * 8));
    writeFileSync(code, damaged);
    expect([place, start()]).toEqual([place, { said: `${version}\n`, rejected: undefined }]);
  }
});

test.each([0, 3, 4, 100, 65_536])('code that ends after %i bytes is not taken', length => {
  writeFileSync(code, built.code.subarray(0, length));
  expect(start()).toEqual({ said: `${version}\n`, rejected: undefined });
});

test('code of zeros is not taken', () => {
  writeFileSync(code, Buffer.alloc(built.code.length));
  expect(start()).toEqual({ said: `${version}\n`, rejected: undefined });
});

test('the command starts without the code', () => {
  rmSync(code);
  expect(start()).toEqual({ said: `${version}\n`, rejected: undefined });
});

test('a changed source of the same length is what runs', () => {
  const other = version.replace(/\d$/, (digit: string) => (Number(digit) + 1) % 10);
  writeFileSync(source, built.source.replaceAll(`"${version}"`, `"${other}"`));
  expect(start()).toEqual({ said: `${other}\n`, rejected: undefined });
});

test('warnings of Node are not printed', () => {
  const args = ['--sockets', 'https://127.0.0.1:1/', '--backend', 'x', '--type', 'G', '--dry-run'];
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const { stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env });
  expect(stderr).toBe('hap-monitor: https://127.0.0.1:1/;csv: connection refused: nothing listens there\n');
});

test('the command is ECMAScript 5, which any Node parses', () => {
  const text = readFileSync('bin/hap-monitor.js', 'utf8');
  const supported = { 'object-extensions': false }; // esnext alone would shorten { code: code }
  const print = (target: string) => transformSync(text, { target, supported }).code;
  expect(print('es5')).toBe(print('esnext'));
});

test.each(['12.22.12', '18.20.8', '20.18.3'])(
  'Node %s is told what is needed and what needs no Node',
  old => {
    const fake = join(root, 'old.js');
    writeFileSync(fake, `Object.defineProperty(process, 'versions', { value: { node: '${old}' } })`);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', fake, command, '--version'],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `hap-monitor: Node ${old} (${process.execPath}) is too old: install 20.19 or later, or take hap-monitor-${version}-linux-${process.arch} of the same release (also as .deb and .rpm), which needs no Node\n`,
    });
  },
);

test.each(['20.19.0', '21.0.0', '100.0.0'])('Node %s is not too old', recent => {
  const fake = join(root, 'recent.js');
  writeFileSync(fake, `Object.defineProperty(process, 'versions', { value: { node: '${recent}' } })`);
  const args = ['--require', fake, command, '--version'];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(`${version}\n`);
});

test('the Node that the command asks for is that of the package', () => {
  const [, needed] = /^var needed = '(.*)';$/m.exec(readFileSync('bin/hap-monitor.js', 'utf8')) ?? [];
  expect(engines.node).toBe(`>=${needed}`);
});
