#!/usr/bin/env node
import process from 'node:process';
import { main } from '../dist/main.js';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}
process.exitCode = await main(process.argv.slice(2), process, stop.signal);

// A name look-up cannot be called off and may hold the process for half a minute after its work has ended.
setTimeout(() => process.exit(), 100).unref();
