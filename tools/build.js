// Builds what users install: one bundle per entry, every dependency inside, so that an
// installed hap-monitor has no dependency tree, runs no install script and starts fast.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  external: ['unix-dgram'], // hot-shots asks for it for unix datagram sockets only, which are not used here
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});

// The licenses of what is in the bundle ask to be passed on with it.
const packages = new Set(
  Object.keys(metafile.inputs).flatMap(file => file.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
);
const licenses = [...packages].sort().map(directory => {
  const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const file = readdirSync(directory).find(entry => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(`${directory}/${file}`, 'utf8') : ''}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`));
