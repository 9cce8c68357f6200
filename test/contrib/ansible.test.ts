import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type BareRoot, makeBareRoot } from '../helpers/bare-root.ts';
import { packNode } from '../helpers/node-package.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// Debian's ansible is 260 MB, so npm run test:packages alone asks for it.
const isAsked = process.env.PACKAGES === 'large';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

describe.skipIf(!isAsked)('the role', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  let dir = '';
  let root: BareRoot;

  beforeAll(async () => {
    dir = await tempDir();
    root = await makeBareRoot('haproxy', 'python3-apt', 'cron');
    execFileSync(process.execPath, ['tools/packages.js', 'nodejs'], {
      env: { ...process.env, RELEASE_DIR: dir },
    });
    root.install(packNode(dir));
  });

  /** Plays the role in the bare Debian; gives how many tasks changed something. */
  function play(vars: Readonly<Record<string, unknown>>): number {
    const playbook = [{ hosts: 'all', gather_facts: true, roles: [{ role: 'hap_monitor', vars }] }];
    writeFileSync(join(dir, 'playbook.json'), JSON.stringify(playbook));
    writeFileSync(
      join(dir, 'hosts'),
      `lb1 ansible_connection=community.general.chroot ansible_host=${root.path}\n`,
    );
    const env = {
      PATH: process.env.PATH,
      HOME: dir,
      LC_ALL: 'C.UTF-8',
      ANSIBLE_ROLES_PATH: join(process.cwd(), 'contrib/ansible'),
      ANSIBLE_NOCOWS: '1',
    };
    const command = ['ansible-playbook', '-i', join(dir, 'hosts'), join(dir, 'playbook.json')];
    const args = [`--mount-proc=${root.path}/proc`, ...command];
    const { error, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', env });
    const [, changed] = / changed=(\d+) +unreachable=0 +failed=0 /.exec(stdout) ?? [];
    if (changed === undefined) throw new Error(`${stdout}\n${stderr}`, { cause: error });
    return Number(changed);
  }

  const read = (path: string) => readFileSync(join(root.path, path), 'utf8');

  test('a second play changes nothing', () => {
    const vars = {
      hap_monitor_package: join(dir, `hap-monitor-nodejs_${version}-1_all.deb`),
      hap_monitor_arguments: '--type G --backend graphite.example.org::lb --sockets /run/haproxy/stats.sock',
    };
    expect(play(vars)).toBeGreaterThan(2);
    expect(play(vars)).toBe(0);
    expect(root.succeed(['hap-monitor', '--version'])).toBe(`${version}\n`);
    expect(read('etc/default/hap-monitor')).toContain(`\nHAP_MONITOR_ARGS="${vars.hap_monitor_arguments}"\n`);
    const [, haproxys] = read('etc/haproxy/haproxy.cfg').match(/# BEGIN hap-monitor\n([^#]*)/) ?? [];
    expect(`global\n${haproxys?.trimEnd()}\n`).toBe(
      readFileSync('contrib/haproxy/stats-socket.cfg', 'utf8').replaceAll(/^#.*\n/gm, ''),
    );
  });

  test('a config file and cron take the place of arguments and timer, and again a second play changes nothing', () => {
    const vars = {
      hap_monitor_package: join(dir, `hap-monitor-nodejs_${version}-1_all.deb`),
      hap_monitor_config: {
        pull: { servers: 'unix:///run/haproxy/stats.sock' },
        graphite: { server: 'graphite.example.org' },
      },
      hap_monitor_schedule: 'cron',
    };
    expect(play(vars)).toBe(3);
    expect(play(vars)).toBe(0);
    expect(read('etc/hap-monitor.conf')).toBe(
      '# Written by Ansible.\n\n[pull]\nservers = unix:///run/haproxy/stats.sock\n\n[graphite]\nserver = graphite.example.org\n',
    );
    expect(read('etc/cron.d/hap-monitor').split('\n').slice(1)).toEqual([
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'MAILTO=root',
      expect.stringMatching(
        /^\* \* \* \* \* {2}hap-monitor {2}sleep \d+; hap-monitor --spool \/var\/lib\/hap-monitor\/spool --config \/etc\/hap-monitor\.conf$/,
      ),
      '',
    ]);
  });

  test('a config file with a fault is not put in place', () => {
    const vars = {
      hap_monitor_package: join(dir, `hap-monitor-nodejs_${version}-1_all.deb`),
      hap_monitor_config: { pull: { servers: 'unix:///run/haproxy/stats.sock' }, graphite: { port: 'two' } },
    };
    const before = read('etc/hap-monitor.conf');
    expect(() => play(vars)).toThrow(/failed to validate/);
    expect(read('etc/hap-monitor.conf')).toBe(before);
  });

  test('the executable takes the place of a package', () => {
    root.succeed(['dpkg', '-P', 'hap-monitor-nodejs']);
    const vars = {
      hap_monitor_executable: join(
        process.cwd(),
        `release/hap-monitor-${version}-linux-${process.arch}/hap-monitor`,
      ),
      hap_monitor_arguments: '--type G --backend graphite.example.org::lb --sockets /run/haproxy/stats.sock',
    };
    expect(play(vars)).toBeGreaterThan(4);
    expect(play(vars)).toBe(0);
    expect(root.succeed(['hap-monitor', '--version'])).toBe(`${version}\n`);
    expect(root.succeed(['stat', '-c', '%U %a', '/var/lib/hap-monitor/spool'])).toBe('hap-monitor 700\n');
    expect(existsSync(join(root.path, 'etc/systemd/system/hap-monitor.timer'))).toBe(true);
  });
});
