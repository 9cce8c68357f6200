import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { playHaproxy } from '../helpers/per-test.ts';

// A check that says nothing and ends with 0 is OK to Nagios.
test.each([
  ['check', 3],
  ['show', 4],
])('%s says on stderr that nobody could be told what it found, and ends with %i', async (command, code) => {
  const { socket } = await playHaproxy();
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, ['bin/hap-monitor.js', command, '--sockets', socket], {
    stdio: ['ignore', full, 'pipe'],
  });
  const ended = new Promise(resolve => child.once('close', resolve));
  const stderr = child.stderr === null ? '' : await text(child.stderr);
  expect([await ended, stderr]).toEqual([
    code,
    'hap-monitor: standard output: no space is left on the disk\n',
  ]);
});
