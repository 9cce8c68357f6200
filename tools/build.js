// Builds what users install: one bundle per entry, every dependency inside, so that an
// installed hap-monitor has no dependency tree, runs no install script and starts fast.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
await build({
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
  logLevel: 'warning',
});
