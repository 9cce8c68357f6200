#!/usr/bin/env node
// ECMAScript 5, which every Node parses: one that is too old for dist says so.
var needed = '20.19';

/** The files of dist that were loaded, by name: their modules, and their scripts for tools/code-cache.js. */
var modules = {};
var scripts = {};

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
  var main = require('node:fs').realpathSync.native(__dirname + '/../dist/main.js'); // resolve() takes 0.5 ms more
  load(main).start(process);
  return { scripts: scripts };
}

/**
 * Does what require() does, as far as dist needs it, with the code that V8 made of the file when it was built: compiling would take a
 * sixth of a run. A V8 of another version passes that over and compiles, and so does every V8 where the code is missing or not whole.
 */
function load(filename) {
  if (modules[filename] !== undefined) return modules[filename].exports;
  var Script = require('node:vm').Script;
  var source = require('node:fs').readFileSync(filename);
  var code = readCode(filename + '.cache', source);
  var loaded = { exports: {} };
  modules[filename] = loaded;
  scripts[filename] = new Script(source.toString('latin1'), { filename: filename, cachedData: code });
  scripts[filename].runInThisContext()(loaded.exports, requireFrom, loaded, filename);
  return loaded.exports;

  function requireFrom(id) {
    if (id.indexOf('./') === 0) return load(filename.slice(0, filename.lastIndexOf('/')) + id.slice(1));
    // require('node:module') loads what only ES modules need.
    return id.indexOf('node:') === 0 ? require(id) : module.constructor.createRequire(filename)(id);
  }
}

/** The code, if its file is whole and of this source: V8 itself would run damaged code, and old code if the source is as long. */
function readCode(filename, source) {
  try {
    return verify(require('node:fs').readFileSync(filename), source);
  } catch (_error) {
    return undefined;
  }
}

/** The file holds the code twice, and the source: comparing takes 0.1 ms, a checksum 2 since it loads zlib. */
function verify(file, source) {
  var size = (file.length - source.length) / 2;
  var code = file.subarray(0, size);
  var isWhole = code.equals(file.subarray(size, 2 * size)) && source.equals(file.subarray(2 * size));
  return isWhole ? code : undefined;
}
