// Runs a built command once, that below the directory that is given or here, from a socket that answers as HAProxy does to a receiver
// of lines, and keeps the code that V8 has made of dist/main.js by then. bin/hap-monitor.js starts with it, and sees by the second
// copy of it, and the source behind, that the file is whole.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';

const root = resolve(process.argv[2] ?? '.');
const directory = mkdtempSync(join(tmpdir(), 'hap-'));
// As many rows as are parsed without WebAssembly: a small run is the one that has no time to compile.
const answers = ['info.txt', 'stat.csv'].map(name => {
  const text = readFileSync(`test/fixtures/haproxy/2.6-p1/${name}`, 'utf8');
  return text.slice(0, text.lastIndexOf('\n', 8000)).trimEnd();
});
const haproxy = createServer(socket => socket.once('data', () => socket.end(`${answers.join('\n\n')}\n\n`)));
const graphite = createServer(socket => socket.resume());
const path = join(directory, 's.sock');
await once(haproxy.listen(path), 'listening');
await once(graphite.listen(0, '127.0.0.1'), 'listening');

process.argv.splice(
  2,
  Infinity,
  '--sockets',
  path,
  '--type',
  'G',
  '--backend',
  `127.0.0.1:${graphite.address().port}`,
);
const { script, done } = createRequire(import.meta.url)(join(root, 'bin/hap-monitor.js'));
await done;
if (process.exitCode !== 0) throw new Error('the command failed');
const code = script.createCachedData();
const main = join(root, 'dist/main.js');
const source = readFileSync(main);
const again = new Script(source.toString('latin1'), { filename: main, cachedData: code });
if (again.cachedDataRejected)
  throw new Error('V8 does not take its own code again: were its options changed in between?');
writeFileSync(`${main}.cache`, Buffer.concat([code, code, source]));

haproxy.close();
graphite.close();
rmSync(directory, { recursive: true });
