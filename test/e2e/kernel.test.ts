import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const run = promisify(execFile);

/** A recorded HAProxy's answer with a hundred copies of its rows. */
function manyRows(): string {
  const [info = '', stat = ''] = recorded('2.6-p1').split('\n\n');
  const [header = '', ...rows] = stat.split('\n');
  const copies = Array.from({ length: 100 }, (_, copy) => rows.map(row => `c${copy}.${row}`));
  return `${info}\n\n${[header, ...copies.flat()].join('\n')}\n\n`;
}

/** Kilobytes of addresses: enough for Node, not for WebAssembly's memory. */
const FEW_ADDRESSES = 4_000_000;

test('a large HAProxy is sent the same without WebAssembly, and where addresses are few', async () => {
  const socket = join(await tempDir(), 's.sock');
  const haproxy = await serveAnswers(socket, manyRows());
  onTestFinished(haproxy.stop);
  const read = async (layout: string, limit: string, options: string): Promise<string[]> => {
    const send = `--sockets ${socket} --backend h --type G --hostname lb --metrics all --dry-run --layout ${layout}`;
    const command = `ulimit -v ${limit}; exec "${process.execPath}" ${options} bin/hap-monitor.js ${send}`;
    const { stdout, stderr } = await run('sh', ['-c', command], { maxBuffer: 2 ** 26 });
    expect(stderr).toBe('');
    return stdout
      .replace(/ \d+$/gm, '')
      .split('\n')
      .filter(line => !line.includes('WallClockTime'));
  };
  for (const layout of ['hap-monitor', 'haproxystats', 'tagged']) {
    const lines = await read(layout, 'unlimited', '');
    expect(lines.length).toBeGreaterThan(10_000);
    expect(await read(layout, String(FEW_ADDRESSES), '')).toEqual(lines);
    expect(await read(layout, 'unlimited', '--no-expose-wasm')).toEqual(lines);
  }
});
