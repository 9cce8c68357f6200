import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DESCRIPTION, fillTree, MAINTAINER, VARIANTS } from './tree.js';

const ARCH = { x64: 'x86_64', arm64: 'aarch64' };

/** Builds an .rpm in `directory` and gives its path; `arch` is absent where the package holds no Node. */
export function buildRpm(name, { version, arch, executable, directory, work }) {
  const variant = VARIANTS[name];
  const target = arch === undefined ? 'noarch' : ARCH[arch];
  rmSync(work, { recursive: true, force: true });
  const tree = join(work, 'tree');
  fillTree(tree, name, { executable, zsh: '/usr/share/zsh/site-functions' });
  cpSync('LICENSE', join(tree, 'usr/share/doc', name, 'LICENSE'));
  const read = part => readFileSync(`tools/packages/${part}.sh`, 'utf8').trimEnd();
  const reload = 'if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi';
  const spec = `Name: ${name}
Version: ${version}
Release: 1
Summary: ${variant.summary}
Packager: ${MAINTAINER}
License: Apache-2.0
Group: System/Monitoring
AutoReqProv: no
Requires: ${variant.requires}
Requires(post): shadow-utils
Provides: ${name} = ${version}
Conflicts: ${variant.other}

%description
${DESCRIPTION.join('\n')}

%install
cp -a ${resolve(tree)}/. %{buildroot}

%files
${listFiles(tree, name)}

%post
${read('after-install')}

%preun
if [ "$1" = 0 ]; then
${read('before-remove')}
fi

%postun
${reload}

%changelog
* ${today()} ${MAINTAINER} - ${version}-1
- See CHANGELOG.md.
`;
  writeFileSync(join(work, 'hap-monitor.spec'), spec);
  const defines = {
    _topdir: resolve(work),
    _rpmdir: resolve(directory),
    _rpmfilename: '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm',
    _build_id_links: 'none',
    __os_install_post: '%{nil}', // what Node's build made is not stripped or compressed again
    _binary_payload: 'w6T0.xzdio', // RHEL 8 reads no zstd
    source_date_epoch_from_changelog: '0',
  };
  const args = Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  execFileSync('rpmbuild', ['-bb', '--target', target, ...args, join(work, 'hap-monitor.spec')], {
    stdio: 'pipe',
  });
  rmSync(work, { recursive: true });
  return join(directory, `${name}-${version}-1.${target}.rpm`);
}

/** As RPM writes it: Thu Nov 26 2026. */
function today() {
  return new Date((process.env.SOURCE_DATE_EPOCH ?? Date.now() / 1000) * 1000).toDateString();
}

/** Every file, and the directories that no other package has. */
function listFiles(tree, name) {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
  const own = ['/usr/share/hap-monitor', `/usr/share/doc/${name}`];
  return entries
    .flatMap(entry => {
      const path = `/${relative(tree, join(entry.parentPath, entry.name))}`;
      if (entry.isDirectory())
        return own.some(at => path === at || path.startsWith(`${at}/`)) ? [`%dir ${path}`] : [];
      const kind = path.startsWith('/etc/')
        ? '%config(noreplace) '
        : path.startsWith('/usr/share/doc/')
          ? '%doc '
          : '';
      return [`${kind}${path}`];
    })
    .map(line =>
      line
        .replace(/^(?!%)/, '%attr(-, root, root) ')
        .replace(/^(%dir|%config\S*|%doc) /, '%attr(-, root, root) $1 '),
    )
    .sort()
    .join('\n');
}
