import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startCarbon } from '../../tools/players/carbon.ts';
import { freePort, startProcess } from '../../tools/players/process.ts';
import { type BareRoot, listRoot, makeBareRoot } from '../helpers/bare-root.ts';
import { packNode, packTree } from '../helpers/node-package.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// From the installation to the purge, in this order, beside an HAProxy of the same bare Debian. PACKAGES=large has the package
// with the executable as well, which npm run build:executable has to have made.

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const variants =
  process.env.PACKAGES === 'large' ? ['hap-monitor-nodejs', 'hap-monitor'] : ['hap-monitor-nodejs'];
vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 }); // 100 MB are packed
const isRoot = process.getuid?.() === 0; // making a bare Debian takes root

describe.skipIf(!isRoot).each(variants)('%s', name => {
  let dir = '';
  let deb = '';
  let root: BareRoot;
  let before: readonly string[];
  let accounts = '';
  let port = 0;

  beforeAll(async () => {
    dir = await tempDir();
    deb = buildPackages(dir, name);
    root = await makeBareRoot('haproxy');
    if (name === 'hap-monitor-nodejs') root.install(packNode(dir));
    [before, accounts] = [listRoot(root), readAccounts(root)];
    port = await freePort();
    const haproxy = await startHaproxyIn(root);
    return haproxy.stop;
  });

  /** Runs the unit's command as systemd would. */
  function runService(...args: readonly string[]) {
    const unit = readFileSync(join(root.path, 'usr/lib/systemd/system/hap-monitor.service'), 'utf8');
    const read = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
    const settings = readFileSync(join(root.path, read('EnvironmentFile')), 'utf8');
    const [, given = ''] = /^HAP_MONITOR_ARGS="(.*)"$/m.exec(settings) ?? [];
    const command = read('ExecStart').replace('%S', '/var/lib').replace('$HAP_MONITOR_ARGS', given);
    return root.run([...command.split(' '), ...args], {
      user: read('User'),
      group: read('SupplementaryGroups'),
    });
  }

  const stat = (path: string) => root.succeed(['stat', '-c', '%U %a', path]).trim();

  test('lintian finds no error', () => {
    const { status, stdout } = spawnSync('lintian', ['--tag-display-limit', '0', deb], { encoding: 'utf8' });
    // It ends with 2 after an error, with 1 where it could not look.
    expect([status, stdout.match(/^E:.*/gm)]).toEqual([0, null]);
  });

  test('the installation asks nothing, and makes the user and the spool', () => {
    root.install(deb);
    expect(root.succeed(['hap-monitor', '--version'])).toBe(`${version}\n`);
    expect(root.succeed(['id', '-Gn', 'hap-monitor'])).toBe('hap-monitor haproxy\n');
    expect(stat('/var/lib/hap-monitor/spool')).toBe('hap-monitor 700');
    expect(existsSync(join(root.path, WANTED))).toBe(false);
  });

  test('a run as the service does it keeps in the spool what a Graphite that is away cannot take', () => {
    const args = `--backend 127.0.0.1:${port}::lb --type G --hostname h --sockets /run/haproxy/stats.sock`;
    writeFileSync(join(root.path, 'etc/default/hap-monitor'), `HAP_MONITOR_ARGS="${args}"\n`);
    const { status, stderr } = runService('--retries', '0');
    expect([status, stderr]).toEqual([3, expect.stringContaining('connection refused')]);
  });

  test('an upgrade keeps the settings and the spool, and the next run delivers all to a carbon', async () => {
    const carbon = await startCarbon({ dir, port });
    onTestFinished(() => carbon.stop());
    root.install(repack(dir, deb));
    expect(root.succeed(['dpkg', '-s', name])).toContain(`\nVersion: ${version}-2\n`);
    await sleep(1000); // carbon has one point a second
    expect(runService()).toEqual({ status: 0, stdout: '', stderr: '' });
    const stored = await carbon.settled(Number(root.succeed(['sh', '-c', COUNT]).trim()));
    expect(stored).toContain('lb.h.1.web.FRONTEND.scur');
    await expect.poll(async () => (await carbon.read('lb.h.1.web.FRONTEND.scur')).size).toBe(2);
  });

  test('the check of the spool is OK for the user of the service', () => {
    const check = ['check', '--sockets', '/run/haproxy/stats.sock', '--spool', '/var/lib/hap-monitor/spool'];
    const { stdout } = root.run(['hap-monitor', ...check], { user: 'hap-monitor', group: 'haproxy' });
    expect(stdout).toMatch(/^HAP-MONITOR OK - 1 of 1 endpoints read, 0 datapoints wait in the spool/);
  });

  test.runIf(name === 'hap-monitor')('the executable has the help, and says that it lacks ZeroMQ', () => {
    const help = execFileSync(process.execPath, ['bin/hap-monitor.js', '--help'], { encoding: 'utf8' });
    expect(root.succeed(['hap-monitor', '--help'])).toBe(help);
    const given =
      '--sockets /run/haproxy/stats.sock --hook-stats zmq+tcp://127.0.0.1:9 --backend x --type G --dry-run';
    expect(root.run(['hap-monitor', ...given.split(' ')])).toMatchObject({
      status: 1,
      stderr:
        'hap-monitor: zmq+tcp://127.0.0.1:9: asking over ZeroMQ takes the npm package zeromq, which the executable lacks: install Node 20.19 or later, and npm install -g hap-monitor zeromq\n',
    });
  });

  test.runIf(name === 'hap-monitor')('the executable for arm64 is one for its processor', () => {
    const file = openSync(`release/hap-monitor-${version}-linux-arm64/hap-monitor`, 'r');
    const header = Buffer.alloc(20);
    readSync(file, header);
    closeSync(file);
    // ELF, 64 bits; e_machine 183 is AArch64.
    expect([header.toString('latin1', 1, 4), header[4], header.readUInt16LE(18)]).toEqual(['ELF', 2, 183]);
  });

  test('man, completions, examples and the files for other programs are there', () => {
    for (const path of [
      'usr/share/man/man1/hap-monitor.1.gz',
      'usr/share/bash-completion/completions/hap-monitor',
      'usr/share/zsh/vendor-completions/_hap-monitor',
      'usr/share/hap-monitor/contrib/munin/haproxy_',
      'usr/share/hap-monitor/contrib/nagios/nrpe.cfg',
      'usr/share/hap-monitor/contrib/gunicorn/hook_stats.py',
      `usr/share/doc/${name}/examples/hap-monitor.conf`,
      `usr/share/doc/${name}/THIRD-PARTY-LICENSES.txt`,
      ...(name === 'hap-monitor' ? [`usr/share/doc/${name}/LICENSE.node`] : []),
    ])
      expect([path, existsSync(join(root.path, path))]).toEqual([path, true]);
  });

  test('a removal keeps settings and spool', () => {
    root.succeed(['dpkg', '-r', name]);
    expect(existsSync(join(root.path, 'usr/bin/hap-monitor'))).toBe(false);
    expect(readFileSync(join(root.path, 'etc/default/hap-monitor'), 'utf8')).toContain(`:${port}:`);
    expect(stat('/var/lib/hap-monitor/spool')).toBe('hap-monitor 700');
  });

  test('a purge asks nothing and leaves nothing', () => {
    root.succeed(['dpkg', '-P', name]);
    expect(listRoot(root)).toEqual(before);
    expect(readAccounts(root)).toBe(accounts);
  });

  test('a purge leaves user and spool to the other package where that has taken over', () => {
    root.install(deb);
    root.succeed(['dpkg', '-r', name]);
    root.succeed(['touch', '/usr/bin/hap-monitor']);
    root.succeed(['dpkg', '-P', name]);
    expect(stat('/var/lib/hap-monitor/spool')).toBe('hap-monitor 700');
    root.succeed(['rm', '/usr/bin/hap-monitor']);
  });

  test('a group haproxy that the package made goes with it, and stays where HAProxy has it by then', () => {
    root.succeed(['sed', '-i', '/^haproxy:/d', ...ACCOUNTS.map(file => `/etc/${file}`)]);
    root.install(deb);
    root.succeed(['dpkg', '-P', name]);
    expect(root.run(['getent', 'group', 'haproxy']).status).toBe(2);

    root.install(deb);
    // HAProxy's own package does this.
    const adduser = [
      'adduser',
      '--system',
      '--home',
      '/var/lib/haproxy',
      '--no-create-home',
      '--group',
      'haproxy',
    ];
    root.succeed(adduser);
    root.succeed(['dpkg', '-P', name]);
    expect(root.succeed(['id', '-Gn', 'haproxy'])).toBe('haproxy\n');
  });

  test('the .rpm has the same files, and its configuration is kept', () => {
    const rpm = join(dir, `${name}-${version}-1.${name === 'hap-monitor' ? 'x86_64' : 'noarch'}.rpm`);
    const query = (...args: readonly string[]) =>
      execFileSync('rpm', ['-qp', ...args, rpm], { encoding: 'utf8' });
    expect(query('--configfiles')).toBe('/etc/default/hap-monitor\n');
    const programs = (files: string) =>
      files.split('\n').filter(file => /^\/usr\/(bin|lib|share\/(hap-monitor|man))\/./.test(file));
    const listed = execFileSync('dpkg-deb', ['--fsys-tarfile', deb], { maxBuffer: 1e9 });
    const files = execFileSync('tar', ['-t'], { input: listed, encoding: 'utf8' });
    const inDeb = files.replaceAll(/^\./gm, '').replaceAll(/\/$/gm, '');
    const owned = (path: string) => !/^\/usr\/(lib\/systemd(\/system)?|share\/man\/man1)$/.test(path);
    expect(programs(query('-l')).sort()).toEqual(programs(inDeb).filter(owned).sort());
  });
});

/** The link that enabling the timer makes. */
const WANTED = 'etc/systemd/system/timers.target.wants/hap-monitor.timer';

/** Counts the paths of a run. */
const COUNT = 'hap-monitor --sockets /run/haproxy/stats.sock --backend x --type G --dry-run | wc -l';

function buildPackages(dir: string, name: string): string {
  const [kind, arch] = name === 'hap-monitor' ? ['x64', 'amd64'] : ['nodejs', 'all'];
  const executable = `hap-monitor-${version}-linux-x64`;
  if (kind === 'x64') cpSync(`release/${executable}`, join(dir, executable), { recursive: true });
  execFileSync(process.execPath, ['tools/packages.js', kind], { env: { ...process.env, RELEASE_DIR: dir } });
  return join(dir, `${name}_${version}-1_${arch}.deb`);
}

/** The same package as a later one. */
function repack(dir: string, deb: string): string {
  const tree = join(dir, 'next');
  execFileSync('dpkg-deb', ['-R', deb, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^(Version: .*)-1$/m, '$1-2'));
  return packTree(tree);
}

const ACCOUNTS = ['passwd', 'group', 'shadow', 'gshadow'];

function readAccounts(root: BareRoot): string {
  return ACCOUNTS.map(file => readFileSync(join(root.path, 'etc', file), 'utf8')).join('\n');
}

async function startHaproxyIn(root: BareRoot) {
  const socket = readFileSync('contrib/haproxy/stats-socket.cfg', 'utf8');
  const rest = `
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
listen web
  bind unix@/run/haproxy/web.sock
  server one 127.0.0.1:9 disabled
`;
  writeFileSync(join(root.path, 'root/haproxy.cfg'), `${socket}\n  user haproxy\n  group haproxy\n${rest}`);
  mkdirSync(join(root.path, 'run/haproxy'), { recursive: true });
  const ready = async () => existsSync(join(root.path, 'run/haproxy/stats.sock'));
  return await startProcess('chroot', [root.path, 'haproxy', '-db', '-f', '/root/haproxy.cfg'], { ready });
}
