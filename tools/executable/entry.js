// The executable's own part: dist is in it, file by file, and main.js is loaded as bin/hap-monitor.js does it, with what V8 made of it.
const Module = require('node:module');
const { getAsset, getRawAsset } = require('node:sea');
const { Script } = require('node:vm');

const loaded = new Map();

const file = Buffer.from(getRawAsset('main.js.cache'));
load('main.js', file.subarray(0, (file.length - getRawAsset('main.js').byteLength) / 2)).start(process);

function load(name, code = undefined) {
  if (loaded.has(name)) return loaded.get(name).exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const text = getAsset(name, 'latin1');
  const source = name === 'main.js' ? text : Module.wrap(text);
  const script = new Script(source, { filename: name, cachedData: code });
  script.runInThisContext()(module.exports, requireHere, module, __filename, __dirname);
  return module.exports;
}

function requireHere(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}
