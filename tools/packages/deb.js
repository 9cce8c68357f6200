import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DESCRIPTION, fillTree, MAINTAINER, VARIANTS } from './tree.js';

const ARCH = { x64: 'amd64', arm64: 'arm64' };

/** Builds a .deb in `directory` and gives its path; `arch` is absent where the package holds no Node. */
export function buildDeb(name, { version, arch, executable, directory, work }) {
  const variant = VARIANTS[name];
  const architecture = arch === undefined ? 'all' : ARCH[arch];
  rmSync(work, { recursive: true, force: true });
  fillTree(work, name, { executable, zsh: '/usr/share/zsh/vendor-completions' });
  const doc = join(work, 'usr/share/doc', name);
  writeFileSync(join(doc, 'copyright'), writeCopyright(executable !== undefined));
  writeFileSync(join(doc, 'changelog.Debian.gz'), gzipSync(writeChangelog(name, version), { level: 9 }));
  writeFileSync(join(doc, 'changelog.gz'), gzipSync(readFileSync(join(doc, 'CHANGELOG.md')), { level: 9 }));
  rmSync(join(doc, 'CHANGELOG.md'));
  writeOverrides(work, name, executable !== undefined);

  const files = readdirSync(work, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const size = Number(execFileSync('du', ['-sk', work], { encoding: 'utf8' }).split('\t')[0]);
  const sums = execFileSync('md5sum', paths.map(path => relative(work, path)).sort(), { cwd: work });
  const control = [
    `Package: ${name}`,
    `Version: ${version}-1`,
    `Architecture: ${architecture}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${size}`,
    `Depends: ${variant.depends}`,
    `Conflicts: ${variant.other}`,
    `Replaces: ${variant.other}`,
    'Enhances: haproxy',
    'Suggests: python3',
    'Section: net',
    'Priority: optional',
    `Description: ${variant.summary}`,
    ...DESCRIPTION.map(line => ` ${line}`),
  ];
  const shell = (...parts) => ['#!/bin/sh', 'set -e', ...parts, ''].join('\n');
  const read = part => readFileSync(`tools/packages/${part}.sh`, 'utf8').trimEnd();
  const guarded = (action, part) => `if [ "$1" = ${action} ]; then\n${read(part)}\nfi`;
  const reload = 'if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi';
  mkdirSync(join(work, 'DEBIAN'));
  const put = (file, text, mode = 0o644) => writeFileSync(join(work, 'DEBIAN', file), text, { mode });
  put('control', `${control.join('\n')}\n`);
  put('conffiles', '/etc/default/hap-monitor\n');
  put('md5sums', sums);
  put('postinst', shell(guarded('configure', 'after-install')), 0o755);
  put('prerm', shell(guarded('remove', 'before-remove')), 0o755);
  put('postrm', shell(guarded('purge', 'after-purge'), reload), 0o755);

  const output = join(directory, `${name}_${version}-1_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', work, output], { stdio: 'pipe' });
  rmSync(work, { recursive: true });
  return output;
}

function writeChangelog(name, version) {
  const seconds = process.env.SOURCE_DATE_EPOCH ?? Date.now() / 1000;
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  return `${name} (${version}-1) stable; urgency=medium\n\n  * See changelog.gz.\n\n -- ${MAINTAINER}  ${date}\n`;
}

function writeCopyright(hasNode) {
  const node = `
Node.js is in /usr/bin/hap-monitor; its licenses, and those of what it holds, are in LICENSE.node.
`;
  return `Copyright 2026 the authors of hap-monitor
License: Apache-2.0, /usr/share/common-licenses/Apache-2.0

npm packages of others are a part of it; their licenses are in THIRD-PARTY-LICENSES.txt.
${hasNode ? node : ''}`;
}

/** Python is for those who take a plugin for munin; Node's own build of OpenSSL and so on is why there is an executable. */
function writeOverrides(work, name, hasNode) {
  const directory = join(work, 'usr/share/lintian/overrides');
  mkdirSync(directory, { recursive: true });
  const tags = ['python3-script-but-no-python3-dep', ...(hasNode ? ['embedded-library'] : [])];
  writeFileSync(join(directory, name), tags.map(tag => `${name}: ${tag} *\n`).join(''));
}
