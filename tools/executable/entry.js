// The executable's own part: dist is in it, file by file, and each is loaded as bin/hap-monitor.js does it, with what V8 made of it.
const { getAsset, getRawAsset } = require('node:sea');
const { Script } = require('node:vm');

const loaded = new Map();

load('main.js').start(process);

function load(name) {
  if (loaded.has(name)) return loaded.get(name).exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const script = new Script(getAsset(name, 'latin1'), { filename: name, cachedData: readCode(name) });
  script.runInThisContext()(module.exports, requireHere, module, __filename);
  return module.exports;
}

function requireHere(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

/** The file holds the code twice, and the source. */
function readCode(name) {
  const file = Buffer.from(getRawAsset(`${name}.cache`));
  return file.subarray(0, (file.length - getRawAsset(name).byteLength) / 2);
}
