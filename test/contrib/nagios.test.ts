import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { playHaproxy } from '../helpers/per-test.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** The least other configuration that Nagios' own check of it asks for. */
const SITE = `
define timeperiod {
  timeperiod_name 24x7
  alias always
  monday 00:00-24:00
}
define command {
  command_name check-host-alive
  command_line /bin/true
}
define contact {
  contact_name root
  host_notification_period 24x7
  service_notification_period 24x7
  host_notification_commands check-host-alive
  service_notification_commands check-host-alive
}
define contactgroup {
  contactgroup_name admins
  alias administrators
  members root
}
define host {
  host_name lb1
  address 127.0.0.1
  hostgroups haproxy
  check_command check-host-alive
  check_period 24x7
  max_check_attempts 1
  contact_groups admins
}
`;

test('Nagios accepts the definitions, and they are a service of a host with HAProxy', async () => {
  const dir = await tempDir();
  writeFileSync(join(dir, 'site.cfg'), SITE);
  const main = [
    // Not the user of its own that it would become, who may not write here.
    `nagios_user=${process.getuid?.()}`,
    `nagios_group=${process.getgid?.()}`,
    `log_file=${dir}/nagios.log`,
    `cfg_file=${dir}/site.cfg`,
    `cfg_file=${resolve('contrib/nagios/hap-monitor.cfg')}`,
    `object_cache_file=${dir}/objects.cache`,
    `precached_object_file=${dir}/objects.precache`,
    `check_result_path=${dir}`,
    `temp_file=${dir}/temp`,
    `temp_path=${dir}`,
    `lock_file=${dir}/lock`,
    `command_file=${dir}/command`,
    `illegal_macro_output_chars=\`~$&|'"<>`,
  ];
  writeFileSync(join(dir, 'nagios.cfg'), `${main.join('\n')}\n`);
  const { error, stdout } = spawnSync('nagios4', ['-v', join(dir, 'nagios.cfg')], { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error('nagios4 is not installed: run sudo test/install-servers.sh', { cause: error });
  expect(stdout).toContain('Checked 1 services.');
  expect(stdout).toMatch(/Total Warnings: 0\nTotal Errors: +0\n/);
});

test.each([
  ['contrib/nagios/nrpe.cfg', /^command\[check_hap_monitor\]=\/usr\/bin\/sudo -u haproxy (.*)$/m],
  ['contrib/nagios/hap-monitor.cfg', /command_line {2}(\/usr\/local\/bin\/hap-monitor .*)$/m],
])('the check of %s runs and answers in one line', async (file, line) => {
  const { dir, socket } = await playHaproxy();
  const [command, ...args] = line.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ') ?? [];
  expect(command).toBe('/usr/local/bin/hap-monitor');
  const places = {
    '/run/haproxy/stats.sock': socket,
    $ARG1$: socket,
    '/var/spool/hap-monitor': join(dir, 'spool'),
  };
  mkdirSync(join(dir, 'spool'));
  const local = args.map(arg => (places as Record<string, string>)[arg] ?? arg);
  const checked = await runBin(local);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toMatch(
    /^HAP-MONITOR OK - 1 of 1 endpoints read(, .*)? \| endpoints_failed=0;;;0;1( .*)?\n$/,
  );
});

test('sudo is given the very command that NRPE runs', () => {
  const text = readFileSync('contrib/nagios/nrpe.cfg', 'utf8');
  const run = /-u haproxy (.*)$/m.exec(text)?.[1];
  expect(run).toBeDefined();
  expect(text).toContain(`NOPASSWD: ${run}\n`);
});
