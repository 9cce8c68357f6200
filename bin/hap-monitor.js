#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

/**
 * What require() does, with the code that V8 made of main.js when it was built: compiling would take a sixth of a run.
 * A V8 of another version passes that over and compiles, and so does every V8 where the file is missing.
 */
function load(filename) {
  const source = Module.wrap(readFileSync(filename, 'latin1'));
  const script = new Script(source, { filename, cachedData: readIfThere(`${filename}.cache`) });
  const loaded = new Module(filename, module);
  loaded.filename = filename;
  require.cache[filename] = loaded;
  script.runInThisContext()(
    loaded.exports,
    Module.createRequire(filename),
    loaded,
    filename,
    join(filename, '..'),
  );
  return { ...loaded.exports, script };
}

function readIfThere(filename) {
  try {
    return readFileSync(filename);
  } catch {
    return undefined;
  }
}

const { main, script } = load(require.resolve('../dist/main.js'));

// A name look-up cannot be called off: a name server that is silent would hold the run long after its deadline.
process.env.RES_OPTIONS ??= 'timeout:1 attempts:1';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}
const done = main(process.argv.slice(2), process, stop.signal).then(code => {
  process.exitCode = code;
});

/** For tools/code-cache.js. */
module.exports = { script, done };
