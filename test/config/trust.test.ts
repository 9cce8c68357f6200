import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { main } from '../../src/main.ts';
import { tempDir } from '../helpers/temp-dir.ts';

async function run(...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      said.push(String(chunk));
      done();
    },
  });
  const streams = { stdin: Readable.from([]), stdout: new Writable(), stderr };
  const page = ['--sockets', 'https://127.0.0.1:1/stats', '--backend', 'x', '--type', 'G', '--dry-run'];
  return `${await main([...page, ...args], streams)} ${said.join('')}`;
}

test('--ca is a file that holds certificates', async () => {
  const path = join(await tempDir(), 'ca.pem');
  await writeFile(path, 'none');
  expect(await run('--ca', path)).toBe(
    `2 hap-monitor: --ca: expected a file of PEM certificates, got "${path}"\n`,
  );
  expect(await run('--ca', '/nowhere/ca.pem')).toBe(
    '2 hap-monitor: --ca: /nowhere/ca.pem: cannot be read: no such file\n',
  );
});
