// Makes all of a release in release/: the npm package, executables, .deb and .rpm for x64 and arm64, and SHA256SUMS. The version is
// package.json's.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkReleased } from './changelog.js';

const directory = 'release';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

checkReleased(readFileSync('CHANGELOG.md', 'utf8'), version);
rmSync(directory, { recursive: true, force: true });
run(process.execPath, 'tools/executable.js', 'x64', 'arm64');
run(process.execPath, 'tools/packages.js');
for (const arch of ['x64', 'arm64']) {
  const name = `hap-monitor-${version}-linux-${arch}`;
  run('tar', '-cJf', join(directory, `${name}.tar.xz`), '-C', directory, '--owner=0', '--group=0', name);
  rmSync(join(directory, name), { recursive: true });
}
// Without scripts: what prepack would build is what the rest was made of.
run('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', directory);
const sums = execFileSync('sha256sum', readdirSync(directory).sort(), { cwd: directory, encoding: 'utf8' });
writeFileSync(join(directory, 'SHA256SUMS'), sums);
process.stdout.write(sums);

function run(command, ...args) {
  execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
