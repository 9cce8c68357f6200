// Keeps what V8 makes of the files of dist, that below the directory that is given or here, in the runs that most hosts make:
// commands are run, from a socket that answers as HAProxy does to receivers of datapoints. bin/hap-monitor.js starts with it.
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import { keepCode } from './code-cache/keep.js';

const root = resolve(process.argv[2] ?? '.');
const directory = mkdtempSync(join(tmpdir(), 'hap-'));
// As many rows as are parsed without WebAssembly: a small run is the one that has no time to compile.
const answers = ['info.txt', 'stat.csv'].map(name => {
  const text = readFileSync(`test/fixtures/haproxy/2.6-p1/${name}`, 'utf8');
  return text.slice(0, text.lastIndexOf('\n', 8000)).trimEnd();
});
const haproxy = createServer(socket => socket.once('data', () => socket.end(`${answers.join('\n\n')}\n\n`)));
const graphite = createServer(socket => socket.resume());
const statsd = createSocket('udp4');
const path = join(directory, 's.sock');
await once(haproxy.listen(path), 'listening');
await once(graphite.listen(0, '127.0.0.1'), 'listening');
await once(statsd.bind(0, '127.0.0.1'), 'listening');
const { port } = graphite.address();

const file = join(directory, 'hap-monitor.conf');
writeFileSync(
  file,
  `[pull]\nservers = ${path}\n[graphite]\nserver = 127.0.0.1\nport = ${port}\n[paths]\nspool = ${directory}/spool\n`,
);
const runs = [
  ['--sockets', path, '--type', 'G', '--backend', `127.0.0.1:${port}`],
  ['--config', file],
  ['check', '--config', file],
  ['--sockets', join(directory, '*.sock'), '--type', 'S', '--backend', `127.0.0.1:${statsd.address().port}`],
];
const dist = join(root, 'dist');
for (const name of readdirSync(dist).filter(name => name.endsWith('.cache'))) rmSync(join(dist, name));
// One after the other: the first run that loads a file has its code kept.
for (const run of runs)
  await promisify(execFile)(process.execPath, ['tools/code-cache/run.js', root, ...run]);

for (const name of readdirSync(dist).filter(name => name.endsWith('.js'))) {
  const filename = join(dist, name);
  keepCode(filename, new Script(readFileSync(filename, 'latin1'), { filename }));
}

haproxy.close();
graphite.close();
statsd.close();
rmSync(directory, { recursive: true });
