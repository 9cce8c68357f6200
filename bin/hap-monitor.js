#!/usr/bin/env node
const { main } = require('../dist/main.js');

// A name look-up cannot be called off: a name server that is silent would hold the run long after its deadline.
process.env.RES_OPTIONS ??= 'timeout:1 attempts:1';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}
main(process.argv.slice(2), process, stop.signal).then(code => {
  process.exitCode = code;
});
