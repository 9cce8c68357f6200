#!/usr/bin/env node
// ECMAScript 5, which every Node parses: one that is too old for dist says so.
var needed = '20.19';

module.exports = isOlder(process.versions.node, needed) ? refuse() : start();

function isOlder(version, than) {
  var own = version.split('.').map(Number);
  var other = than.split('.').map(Number);
  return own[0] < other[0] || (own[0] === other[0] && own[1] < other[1]);
}

function refuse() {
  var words = ['hap-monitor: Node', process.versions.node, '(' + process.execPath + ') is too old: install'];
  var release = ['hap-monitor', require('../package.json').version, 'linux', process.arch].join('-');
  words.push(
    needed,
    'or later, or take',
    release,
    'of the same release (also as .deb and .rpm), which needs no Node'
  );
  console.error(words.join(' '));
  process.exitCode = 2;
}

/** Runs the command; gives tools/code-cache.js what it needs. */
function start() {
  var main = load(require.resolve('../dist/main.js'));
  return { script: main.script, checksum: checksum, done: main.exports.start(process) };
}

/**
 * Does what require() does, with the code that V8 made of main.js when it was built: compiling would take a sixth of a run.
 * A V8 of another version passes that over and compiles, and so does every V8 where the code is missing or not whole.
 */
function load(filename) {
  var Module = require('node:module');
  var Script = require('node:vm').Script;
  var source = require('node:fs').readFileSync(filename);
  var code = readCode(filename + '.cache', source);
  var script = new Script(Module.wrap(source.toString('latin1')), { filename: filename, cachedData: code });
  var main = new Module(filename, module);
  main.filename = filename;
  require.cache[filename] = main;
  var directory = require('node:path').dirname(filename);
  script.runInThisContext()(main.exports, Module.createRequire(filename), main, filename, directory);
  return { exports: main.exports, script: script };
}

/** The code, if the checksum behind it is right: V8 itself would run damaged code, and old code if the source is as long. */
function readCode(filename, source) {
  try {
    return verify(require('node:fs').readFileSync(filename), source);
  } catch (_error) {
    return undefined;
  }
}

function verify(file, source) {
  var code = file.subarray(0, -4);
  return file.readUInt32LE(code.length) === checksum(source, code) ? code : undefined;
}

/** CRC-32 of both; Node 22.0 and 22.1 have none and throw. */
function checksum(source, code) {
  var crc32 = require('node:zlib').crc32;
  return crc32(code, crc32(source));
}
