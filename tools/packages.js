// Builds release/*.deb and *.rpm. Arguments: nodejs for hap-monitor-nodejs, which takes the host's Node, x64 and arm64 for
// hap-monitor with the executable that tools/executable.js has made; without them all three.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { buildDeb } from './packages/deb.js';
import { buildRpm } from './packages/rpm.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const directory = process.env.RELEASE_DIR ?? 'release';
const chosen = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
for (const kind of chosen.length === 0 ? ['nodejs', 'x64', 'arm64'] : chosen) {
  const settings = {
    version,
    directory,
    work: `${directory}/work`,
    ...(kind !== 'nodejs' && findExecutable(kind)),
  };
  for (const build of [buildDeb, buildRpm]) {
    console.log(build(kind === 'nodejs' ? 'hap-monitor-nodejs' : 'hap-monitor', settings));
  }
}

function findExecutable(arch) {
  const executable = `${directory}/hap-monitor-${version}-linux-${arch}`;
  if (existsSync(executable)) return { arch, executable };
  throw new Error(`packages.js: ${executable}: not there: npm run build:executable -- ${arch} makes it`);
}
