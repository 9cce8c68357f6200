import { writeKernelModule } from './kernel.js';

/** Packages that operators may install beside hap-monitor; hot-shots asks for unix-dgram. */
export const optionalPackages = ['redis', 'unix-dgram', 'zeromq'];

/** For everything that esbuild makes here. */
export const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true, // names stay, for the stack in a bug report
  legalComments: 'none', // dist/THIRD-PARTY-LICENSES.txt has them
  metafile: true,
  logLevel: 'warning',
};

/** The module that src/kernel/kernel.wasm stands for. */
const loadKernel = ({ onResolve, onLoad }) => {
  onResolve({ filter: /\/kernel\.wasm$/ }, () => ({ path: 'kernel', namespace: 'wasm' }));
  onLoad({ filter: /./, namespace: 'wasm' }, async () => ({ contents: await writeKernelModule() }));
};

/** For what hap-monitor itself runs: CommonJS, because Node starts it a quarter faster than modules. */
export const own = {
  ...common,
  format: 'cjs',
  supported: { 'dynamic-import': false }, // it is require(), which is quicker
  define: { 'import.meta.url': 'HERE' }, // of packages that are modules
  // Already the function that require() makes of a module: bin/hap-monitor.js hands it to V8 as it is.
  banner: { js: '(function (exports, require, module, __filename) {' },
  footer: { js: '})' },
  external: optionalPackages,
  plugins: [{ name: 'load-kernel', setup: loadKernel }],
};
