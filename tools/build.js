// Builds what users install: one bundle of our own and a file for each dependency that only some runs load, so that an
// installed hap-monitor has no dependency tree, runs no install script and starts fast. CommonJS, because Node starts it
// a quarter faster than modules.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** For the packages inside that are CommonJS. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

/** Loaded when used. Those that are modules themselves stay it. */
const LAZY = { 'hot-shots': '.js', glob: '.mjs', leven: '.mjs', yargs: '.mjs' };

const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // hot-shots asks for unix-dgram for unix datagram sockets only, which are not used here; zeromq is an optional peer
  external: ['unix-dgram', 'zeromq'],
  minifySyntax: true,
  minifyWhitespace: true, // names stay, for the stack in a bug report
  metafile: true,
  logLevel: 'warning',
};

const own = await build({
  ...common,
  entryPoints: { main: 'src/main.ts' },
  format: 'cjs',
  define: { 'import.meta.url': '__filename' }, // yargs-parser makes itself a require of it
  plugins: [
    {
      name: 'lazy',
      setup: ({ onResolve }) =>
        onResolve(
          { filter: /^[a-z][a-z-]*$/ },
          ({ path }) => LAZY[path] && { path: `./${path}${LAZY[path]}`, external: true },
        ),
    },
  ],
});
const lazy = await Promise.all(
  Object.entries(LAZY).map(([name, ending]) =>
    build({
      ...common,
      entryPoints: { [name]: name },
      outExtension: { '.js': ending },
      ...(ending === '.js' ? { format: 'cjs' } : { format: 'esm', banner: { js: REQUIRE } }),
    }),
  ),
);
await build({
  ...common,
  entryPoints: { demo: 'demo/demo.ts' },
  outExtension: { '.js': '.mjs' },
  format: 'esm',
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
for (const file of [own, ...lazy].flatMap(({ metafile }) => Object.keys(metafile.inputs))) {
  add(file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? '');
}
const licenses = [...directories].sort().map(directory => {
  const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const file = readdirSync(directory).find(entry => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(`${directory}/${file}`, 'utf8') : ''}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`));
