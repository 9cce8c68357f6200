// Builds release/hap-monitor-VERSION-linux-ARCH/: the command and a Node in one file, with what is said of it and the licenses of
// everything in it. Arguments: x64, arm64; without them that of this machine. The Node comes from npm.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inject } from 'postject';

// The newest line that is maintained for long (until April 2028); it asks for glibc 2.28.
const NODE = '24.21.0';
// Where Node looks for what is put in: its documentation, "Single executable applications".
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const STRIP = { x64: 'x86_64-linux-gnu-strip', arm64: 'aarch64-linux-gnu-strip' };

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const chosen = process.argv.slice(2);
for (const arch of chosen.length === 0 ? [process.arch] : chosen) {
  if (STRIP[arch] === undefined) throw new Error(`executable.js: ${arch}: only x64 and arm64 are built`);
  await buildExecutable(arch, `release/hap-monitor-${version}-linux-${arch}`);
}

async function buildExecutable(arch, directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const node = fetchNode(arch);
  const file = join(directory, 'hap-monitor');
  cpSync(join(node, 'bin/node'), file);
  // Symbols are a tenth of it, and there is nobody who debugs Node.
  execFileSync(STRIP[arch], [file]);
  await inject(file, 'NODE_SEA_BLOB', makeBlob(arch), { sentinelFuse: FUSE });
  chmodSync(file, 0o755);
  cpSync(join(node, 'LICENSE'), join(directory, 'LICENSE.node'));
  const rest = [
    'LICENSE',
    'README.md',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/hap-monitor.1',
    'dist/completion',
  ];
  for (const path of rest) cpSync(path, join(directory, path.replace('dist/', '')), { recursive: true });
}

/** The directory of Node's npm package; npm would refuse to install that of another processor, not to fetch it. */
function fetchNode(arch) {
  const name = `node-linux-${arch}@${NODE}`;
  const directory = join('node_modules/.cache/executable', name);
  if (existsSync(join(directory, 'bin/node'))) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', directory, name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed);
  execFileSync('tar', ['-xzf', filename, '--strip-components=1'], { cwd: directory });
  rmSync(join(directory, filename));
  return directory;
}

/** The files of dist that runs load, with what the Node that will run them makes of each. */
function makeBlob(arch) {
  const work = 'node_modules/.cache/executable';
  for (const name of ['bin', 'dist']) {
    rmSync(join(work, name), { recursive: true, force: true });
    cpSync(name, join(work, name), { recursive: true });
  }
  const node = join(fetchNode(process.arch), 'bin/node');
  const names = readdirSync('dist').filter(name => /\.js(\.cache)?$/.test(name));
  if (arch === process.arch) execFileSync(node, ['tools/code-cache.js', work]);
  // V8's code is for one processor; an empty file is passed over.
  else
    for (const name of names.filter(name => name.endsWith('.cache')))
      writeFileSync(join(work, 'dist', name), '');
  const [output, config] = [join(work, 'main.blob'), join(work, 'config.json')];
  const settings = {
    main: 'tools/executable/entry.js',
    assets: Object.fromEntries(names.map(name => [name, join(work, 'dist', name)])),
    output,
    disableExperimentalSEAWarning: true,
  };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(node, ['--experimental-sea-config', config], { stdio: 'pipe' });
  return readFileSync(output);
}
