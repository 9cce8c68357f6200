import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Both formats' lines. */
export const DESCRIPTION = [
  'hap-monitor reads the statistics of every HAProxy of a host and pushes them',
  'once to Graphite or StatsD, from cron or its systemd timer. It takes the',
  'place of the HAP-Monitor scripts and of the haproxystats daemons, with the',
  'same metric paths.',
];

export const MAINTAINER = 'hap-monitor maintainers <maintainers@hap-monitor.example>';

/** The packages' names, and their dependencies by format; hap-monitor has a Node of its own. */
export const VARIANTS = {
  'hap-monitor': {
    other: 'hap-monitor-nodejs',
    summary: 'HAProxy statistics to Graphite or StatsD',
    depends: 'libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5.2), passwd',
    requires: 'glibc >= 2.28, libstdc++.so.6()(64bit), shadow-utils',
  },
  'hap-monitor-nodejs': {
    other: 'hap-monitor',
    summary: "HAProxy statistics to Graphite or StatsD, with the host's Node",
    depends: 'nodejs (>= 20.19), passwd',
    // Red Hat's package nodejs has an epoch, by which each of them is newer than 20.19.
    requires: 'nodejs(engine) >= 20.19, shadow-utils',
  },
};

/** Fills a directory with what a package has below /; `zsh` is where the format's zsh looks for completions. */
export function fillTree(root, name, { executable, zsh }) {
  const share = '/usr/share/hap-monitor';
  const doc = `/usr/share/doc/${name}`;
  const put = (to, text) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    writeFileSync(join(root, to), text);
  };
  const copy = (from, to) => put(to, readFileSync(from));

  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  if (executable) {
    cpSync(join(executable, 'hap-monitor'), join(root, 'usr/bin/hap-monitor'));
    copy(join(executable, 'LICENSE.node'), `${doc}/LICENSE.node`);
  } else {
    for (const path of ['dist', 'package.json', 'bin/package.json']) {
      cpSync(path, join(root, share, path), { recursive: true, filter: isForRuns });
    }
    // Not whichever node an administrator's PATH finds first.
    const command = readFileSync('bin/hap-monitor.js', 'utf8').replace('/usr/bin/env node', '/usr/bin/node');
    put(`${share}/bin/hap-monitor.js`, command);
    chmodSync(join(root, share, 'bin/hap-monitor.js'), 0o755);
    symlinkSync('../share/hap-monitor/bin/hap-monitor.js', join(root, 'usr/bin/hap-monitor'));
  }
  const isNotUnit = path => basename(path) !== 'systemd';
  cpSync('contrib', join(root, share, 'contrib'), { recursive: true, filter: isNotUnit });
  const service = readFileSync('contrib/systemd/hap-monitor.service', 'utf8');
  // systemd 239 of RHEL 8 wants to know where the command is.
  put(
    '/usr/lib/systemd/system/hap-monitor.service',
    service.replace('=hap-monitor ', '=/usr/bin/hap-monitor '),
  );
  copy('contrib/systemd/hap-monitor.timer', '/usr/lib/systemd/system/hap-monitor.timer');
  copy('contrib/systemd/hap-monitor.default', '/etc/default/hap-monitor');
  put('/usr/share/man/man1/hap-monitor.1.gz', gzipSync(readFileSync('dist/hap-monitor.1'), { level: 9 }));
  copy('dist/completion/hap-monitor.bash', '/usr/share/bash-completion/completions/hap-monitor');
  copy('dist/completion/_hap-monitor', `${zsh}/_hap-monitor`);
  for (const path of ['README.md', 'dist/THIRD-PARTY-LICENSES.txt', 'CHANGELOG.md', ...listPages()]) {
    copy(path, `${doc}/${path.replace('dist/', '')}`);
  }
  copy('crontab.example', `${doc}/examples/crontab`);
  const defaults = execFileSync(process.execPath, ['bin/hap-monitor.js', '--print-defaults']);
  put(`${doc}/examples/hap-monitor.conf`, defaults);
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', root]); // whatever the umask of who builds it
}

/** Not the demo, nor the code of one V8, nor what has a place of its own in a package. */
function isForRuns(path) {
  return !/\.(?:mjs|cache|1|txt)$|completion$/.test(path);
}

function listPages() {
  return readdirSync('docs')
    .filter(file => file.endsWith('.md'))
    .map(file => `docs/${file}`);
}
