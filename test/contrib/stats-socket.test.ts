import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startHaproxy } from '../../tools/players/haproxy.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const file = 'contrib/haproxy/stats-socket.cfg';

test('HAProxy accepts the stats socket as it stands', () => {
  const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin`;
  const { error, stdout } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8', env: { PATH } });
  if (error !== undefined) throw new Error('haproxy is not installed: run sudo test/install-servers.sh');
  expect(stdout).toContain('Configuration file is valid');
});

test('the stats socket is enough for a run, and for nothing that changes HAProxy', async () => {
  const dir = await tempDir();
  const socket = join(dir, 'stats.sock');
  const line = readFileSync(file, 'utf8').match(/^ +stats socket .*$/m)?.[0] ?? '';
  // Only root may give a file to another group.
  const global = line.replace('/run/haproxy/stats.sock', socket).replace(' group haproxy', '').trim();
  const haproxy = await startHaproxy({ dir, global });
  onTestFinished(haproxy.stop);

  const ran = await runBin(['--sockets', socket, '--backend', 'graphite', '--type', 'G', '--dry-run']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toMatch(/\.1\.Idle_pct \d+ \d+\n/);
  expect(ran.stdout).toContain('.1.app.one.scur 0 ');
  expect(await text(connect(socket).end('disable server app/one\n'))).toContain('Permission denied');
});
