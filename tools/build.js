// Builds what users install: one bundle per entry, every dependency inside, so that an
// installed hap-monitor has no dependency tree, runs no install script and starts fast.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: 'src/main.ts', demo: 'demo/demo.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true, // what only some runs need (yargs, hot-shots, …) is a chunk of its own, loaded when used
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // hot-shots asks for unix-dgram for unix datagram sockets only, which are not used here; zeromq is an optional peer
  external: ['unix-dgram', 'zeromq'],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});

// The licenses of what is in the bundle ask to be passed on with it; a package may hold its dependencies bundled itself.
const directories = new Set();
const add = directory => {
  if (directories.has(directory) || !existsSync(`${directory}/package.json`)) return;
  directories.add(directory);
  const { dependencies = {} } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const nested = `${directory}/node_modules/${name}`;
    add(existsSync(nested) ? nested : `node_modules/${name}`);
  }
};
for (const file of Object.keys(metafile.inputs)) {
  add(file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? '');
}
const licenses = [...directories].sort().map(directory => {
  const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const file = readdirSync(directory).find(entry => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(`${directory}/${file}`, 'utf8') : ''}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`));
