import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type * as UnixDgram from 'unix-dgram';
import { onTestFinished } from 'vitest';

const PARTS = ['unix-dgram', 'bindings', 'nan', 'file-uri-to-path'];

/** Copies the sources of unix-dgram there. */
export function installSources(dir: string): void {
  for (const part of PARTS) {
    const target = join(dir, 'node_modules', part);
    const isBuilt = (path: string): boolean => path === join('node_modules', part, 'build');
    cpSync(join('node_modules', part), target, { recursive: true, filter: path => !isBuilt(path) });
  }
}

/** Compiles them with npm's own node-gyp, as npm would; takes some seconds. */
export function compileSources(dir: string): typeof UnixDgram {
  const npm = dirname(execFileSync('sh', ['-c', 'realpath "$(command -v npm)"'], { encoding: 'utf8' }));
  const gyp = resolve(npm, '../node_modules/node-gyp/bin/node-gyp.js');
  const prefix = resolve(process.execPath, '../..');
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : [];
  const cwd = join(dir, 'node_modules/unix-dgram');
  execFileSync(process.execPath, [gyp, 'rebuild', ...headers], { cwd, stdio: 'pipe' });
  return createRequire(join(dir, 'x.js'))('unix-dgram');
}

/** Reads a socket until the test ends; the datagrams are added as they come. */
export function receiveAt(dgram: typeof UnixDgram, path: string): readonly string[] {
  const datagrams: string[] = [];
  const socket = dgram.createSocket('unix_dgram', datagram => datagrams.push(String(datagram)));
  socket.bind(path);
  onTestFinished(() => socket.close());
  return datagrams;
}
