import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { playHaproxy } from '../helpers/per-test.ts';

const canUnshare = process.getuid?.() === 0;

test.runIf(canUnshare).each(['10.88.0.1', '10.88.0.2'])(
  'a receiver on this host at %s, the first or the second address of an interface, has not read what it closes on',
  async address => {
    const { socket } = await playHaproxy();
    const backend = ['--backend', `${address}:2003`, '--type', 'G', '--retries', '0'];
    const command = [process.execPath, 'bin/hap-monitor.js', '--sockets', socket, ...backend];
    const namespace = ['-n', 'python3', 'test/helpers/second-address.py'];
    const run = promisify(execFile)('unshare', [...namespace, ...command]);
    await expect(run).rejects.toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /^hap-monitor: tcp:\/\/10\.88\.0\.\d:2003: the connection was (reset|closed before all was sent); \d+ datapoints are lost\n$/,
      ),
    });
  },
);
