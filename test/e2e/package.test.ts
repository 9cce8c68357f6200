import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { receive } from '../helpers/per-test.ts';
import { seededRandom } from '../helpers/random.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// NODE is another Node to run the installed command with, as `npm run test:nodes` does.
const node = process.env.NODE ?? process.execPath;

let prefix = '';
let socket = '';
let file = '';
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { path: string }[] };

beforeAll(async () => {
  const dir = await tempDir();
  prefix = join(dir, 'prefix');
  socket = join(dir, 's.sock');
  // Without scripts: the build that prepack would make again is the one under test.
  [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', dir));
  file = join(dir, packed.filename);
  npm('install', '--global', '--ignore-scripts', '--offline', '--prefix', prefix, file);
  const haproxy = await serveAnswers(socket, recorded('2.6-p1'));
  return haproxy.stop;
}, 60_000);

function npm(...args: readonly string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

async function runInstalled(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(node, [join(prefix, 'bin/hap-monitor'), ...args], { cwd: '/' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('the package is smaller than 300 KB and has what users need, and nothing else', () => {
  expect(packed.size).toBeLessThan(300_000);
  const names = packed.files.map(({ path }) => path);
  expect(names.filter(name => !/^(contrib|dist)\//.test(name)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/hap-monitor.js',
    'bin/package.json',
    'crontab.example',
    ...readdirSync('docs')
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`)
      .sort(),
    'package.json',
  ]);
  const built = readdirSync('dist', { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  expect(names.filter(name => name.startsWith('dist/')).sort()).toEqual(
    built
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter(name => !/\.(mjs|cache)$/.test(name))
      .sort(),
  );
  expect(names).toContain('contrib/systemd/hap-monitor.service');
});

test('a failure is a line also where dist is a symbolic link', async () => {
  const directory = await tempDir();
  cpSync('bin', join(directory, 'bin'), { recursive: true });
  symlinkSync(realpathSync('dist'), join(directory, 'dist'));
  const command = join(directory, 'bin/hap-monitor.js');
  const args = ['--sockets', '/none.sock', '--backend', '127.0.0.1:9', '--type', 'G', '--spool', command];
  const { stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  expect(stderr).toContain(
    `hap-monitor: ${command}: the spool is not a directory: name another, or move this away\n`,
  );
});

test('npm installs command and man page without scripts, dependencies or a network', () => {
  const root = join(prefix, 'lib/node_modules/hap-monitor');
  expect(realpathSync(join(prefix, 'bin/hap-monitor'))).toBe(join(realpathSync(root), 'bin/hap-monitor.js'));
  expect(statSync(join(prefix, 'bin/hap-monitor')).mode & 0o111).toBe(0o111);
  expect(() => lstatSync(join(root, 'node_modules'))).toThrow('ENOENT');
  const PATH = `${join(prefix, 'bin')}:${process.env.PATH}`;
  const page = execFileSync('man', ['-w', 'hap-monitor'], { env: { PATH }, encoding: 'utf8' });
  expect(realpathSync(page.trim())).toBe(join(realpathSync(root), 'dist/hap-monitor.1'));
});

test('the installed command says its version, help and what it would send', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await runInstalled('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await runInstalled('--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: hap-monitor [run] --sockets');
  const dry = await runInstalled(
    '--sockets',
    socket,
    '--backend',
    'graphite::lb',
    '--type',
    'G',
    '--dry-run',
  );
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/^lb\.[\w-]+\.1\.Idle_pct \d+ \d+\n/);
  expect((await runInstalled('--sokets', 'x')).stderr).toContain('did you mean --sockets?');
});

test('of a large HAProxy the installed command sends what a simple program would', async () => {
  const random = seededRandom(20_261_121);
  const fields = ['scur', 'smax', 'bin', 'bout', 'stot', 'lbtot', 'hrsp_2xx', 'weight'];
  const cells = () => fields.map(() => (random() < 0.1 ? '' : String(Math.floor(10 ** (random() * 19)))));
  const servers = Array.from({ length: 10_000 }, (_, index) => ({ name: `s${index}`, cells: cells() }));
  const rows = servers.map(({ name, cells }) => `app,${name},2,${cells.join(',')},\n`);
  const path = join(await tempDir(), 's.sock');
  const header = `# pxname,svname,type,${fields.join(',')},\n`;
  const { stop } = await serveAnswers(
    path,
    `Name: HAProxy\nPid: 7\nCurrConns: 3\n\n${header}${rows.join('')}\n`,
  );
  onTestFinished(stop);
  const wanted = servers.flatMap(({ name, cells }) =>
    cells.flatMap((cell, at) => (cell === '' ? [] : [`lb.h.1.app.${name}.${fields[at]} ${Number(cell)}`])),
  );
  const args = ['--sockets', path, '--backend', 'graphite::lb', '--type', 'G', '--hostname', 'h'];
  const { stdout, stderr, code } = await runInstalled(...args, '--metrics', 'all', '--dry-run');
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map(line => line.replace(/ \d+$/, ''))).toEqual(['lb.h.1.CurrConns 3', ...wanted]);
});

test.each([
  ['G', 'tcp'],
  ['G', 'udp'],
  ['S', 'udp'],
])('the installed command delivers to %s over %s', async (type, protocol) => {
  const receiver = await receive();
  const backend = ['--backend', `127.0.0.1:${receiver.port}::lb`, '--type', type, '--protocol', protocol];
  expect(await runInstalled('--sockets', socket, ...backend)).toEqual({ code: 0, stdout: '', stderr: '' });
  await waitFor(() => receiver.lines().length > 400, 'more than 400 datapoints');
});

test('npx runs the packed file', async () => {
  const args = ['--offline', '--yes', '--package', file, 'hap-monitor', '--help'];
  const help = execFileSync('npx', args, { cwd: await tempDir(), encoding: 'utf8' });
  expect(help).toBe((await runInstalled('--help')).stdout);
});

test('the installed command checks', async () => {
  const checked = await runInstalled('check', '--sockets', socket);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toMatch(/^HAP-MONITOR OK - 1 of 1 endpoints read/);
});
