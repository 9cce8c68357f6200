// Builds what users install: main.js with what every run needs, and a file for each module or dependency that only some runs
// load. So an installed hap-monitor has no dependency tree, runs no install script and starts fast: Node looks at some 25 KB
// in a millisecond.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { common, optionalPackages, own } from './esbuild-options.js';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

/** The files for import(): path or package → name of the file. */
const lazy = new Map();
const leaveLazy = ({ onResolve }) =>
  onResolve({ filter: /^[.a-z]/ }, ({ path, kind, resolveDir }) => {
    if (kind !== 'dynamic-import' || path.startsWith('node:') || optionalPackages.includes(path))
      return undefined;
    const source = path.startsWith('.') ? relative('.', resolve(resolveDir, path)) : path;
    const name = basename(source.replace(/^src\//, '').replaceAll('/', '-'), '.ts');
    lazy.set(source, name);
    return { path: `./${name}.js`, external: true };
  });

/** Sources in main.js that other files use: they take them from there, since a class or a state must exist once. */
const shared = new Set();
const takeShared =
  inMain =>
  ({ onResolve, onLoad }) => {
    onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
      const source = relative('.', resolve(resolveDir, path));
      if (kind !== 'import-statement' || inMain[source] === undefined) return undefined;
      shared.add(source);
      return { path: source, namespace: 'shared' };
    });
    onResolve({ filter: /^\.\/main\.js$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
      contents: `module.exports = require('./main.js').shared('${path}');`,
    }));
  };

/** Returns a row for each source, with the names that it exports. */
const listExports = async sources => {
  const { metafile } = await build({
    entryPoints: sources,
    outdir: 'dist',
    format: 'esm',
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs).map(({ entryPoint, exports }) => ({ source: entryPoint, exports }));
};

const buildMain = async () => {
  const rows = (await listExports([...shared].sort())).map(({ source, exports }, index) => ({
    source,
    names: exports.map(name => ({ name, own: `${name}${index}` })),
  }));
  const list = (names, word) => names.map(({ name, own }) => `${name}${word}${own}`).join();
  const imports = rows.map(({ source, names }) => `import { ${list(names, ' as ')} } from './${source}';`);
  // A function, since an object for each source would cost every run 0.5 ms.
  const cases = rows.map(({ source, names }) => `case '${source}': return { ${list(names, ': ')} };`);
  const table = `export function shared(source) { switch (source) { ${cases.join('')} } }`;
  const contents = `${imports.join('')} export { start } from './src/start.ts'; ${table}`;
  return await build({
    ...own,
    stdin: { contents, resolveDir: '.' },
    outfile: 'dist/main.js',
    // The one for Node loads modules for what is not used: config files and an environment of its own.
    alias: { 'yargs-parser': 'yargs-parser/browser' },
    plugins: [...own.plugins, { name: 'leave-lazy', setup: leaveLazy }],
  });
};

const PACKAGE_BANNER = `${own.banner.js}const HERE = require('node:url').pathToFileURL(__filename).href;`;
/** A package's default export is the module itself, as CommonJS has it. */
const PACKAGE_FOOTER = `module.exports = Object.assign(module.exports.default ?? {}, module.exports);${own.footer.js}`;

const first = await buildMain();
const built = [];
// The map grows on the way: what is loaded when it is used may do the same.
for (const [source, name] of lazy) {
  const plugins = [
    ...own.plugins,
    { name: 'leave-lazy', setup: leaveLazy },
    { name: 'take-shared', setup: takeShared(first.metafile.inputs) },
  ];
  const form = source.startsWith('src/')
    ? {}
    : { banner: { js: PACKAGE_BANNER }, footer: { js: PACKAGE_FOOTER } };
  const alias = { 'emoji-regex': './tools/emoji-regex.js' };
  const options = { ...own, ...form, entryPoints: { [name]: source }, outdir: 'dist', plugins, alias };
  const result = await build(options);
  // Names in packages are in nobody's bug report.
  const hasPackage = Object.keys(result.metafile.inputs).some(input => input.startsWith('node_modules/'));
  built.push(hasPackage ? await build({ ...options, minifyIdentifiers: true }) : result);
}
built.push(await buildMain());
await build({ ...common, entryPoints: ['demo/demo.ts'], outfile: 'dist/demo.mjs', format: 'esm' });

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
for (const file of built.flatMap(({ metafile }) => Object.keys(metafile.inputs))) {
  add(file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? '');
}
const licenses = [...directories].sort().map(directory => {
  const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const file = readdirSync(directory).find(entry => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(`${directory}/${file}`, 'utf8') : ''}`;
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses.join(`\n${'-'.repeat(80)}\n\n`));
