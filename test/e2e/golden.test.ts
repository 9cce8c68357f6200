import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { runBin } from '../helpers/run-bin.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const golden = new URL('../golden/', import.meta.url);

/** Times of the run itself differ from run to run; their names do not. */
function settle(lines: string): string {
  return lines.replace(/ \d{10}$/gm, '').replace(/(WallClockTime\w*[ :])[\d.]+/g, '$1*');
}

/**
 * Each folder in test/golden is a case: `endpoints.txt` (a fixture folder a line, `.` apart from its process),
 * `args.txt` and, where the case has one, `haproxystats.conf`; `expected.txt` is what a dry run prints.
 * UPDATE_GOLDEN=1 writes them anew; read the difference before it is committed.
 */
test.each(await readdir(golden))('the golden case %s stays as it is', async name => {
  const directory = new URL(`${name}/`, golden);
  const read = (file: string): Promise<string> => readFile(new URL(file, directory), 'utf8');
  const sockets = await tempDir();
  for (const line of (await read('endpoints.txt')).trim().split('\n')) {
    const [folder = '', process] = line.split(' ');
    const socket = join(sockets, `${folder}${process ?? ''}.sock`);
    if (process === 'missing') continue;
    const haproxy = await serveAnswers(socket, recorded(folder, process));
    onTestFinished(haproxy.stop);
  }
  const args = (await read('args.txt'))
    .trim()
    .split(/\s+/)
    .map(arg => arg.replace('CASE', directory.pathname));
  await mkdir(sockets, { recursive: true });
  const ran = await runBin([...args, '--sockets', sockets, '--hostname', 'lb1.example.org', '--dry-run']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const expected = new URL('expected.txt', directory);
  if (process.env.UPDATE_GOLDEN) await writeFile(expected, settle(ran.stdout));
  expect(settle(ran.stdout)).toBe(await readFile(expected, 'utf8'));
});
