// The first run on a fresh machine: a small HAProxy (the real one where there is one, recorded answers
// otherwise) and a Graphite receiver on loopback, the real command between them, and what arrived as a table.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveAnswers } from '../tools/players/fake-haproxy.ts';
import { startHaproxy } from '../tools/players/haproxy.ts';
import { startReceiver } from '../tools/players/receiver.ts';
import { renderTable } from './table.ts';

const RECORDED = 'test/fixtures/haproxy/2.6-p1';

const directory = mkdtempSync(join(tmpdir(), 'hap-monitor-demo-'));
try {
  await demonstrate();
} finally {
  rmSync(directory, { recursive: true });
}

async function demonstrate(): Promise<void> {
  const receiver = await startReceiver();
  const haproxy = await runReal().catch(playRecorded);
  const args = ['--sockets', haproxy.socket, '--backend', `127.0.0.1:${receiver.port}`, '--type', 'G'];
  try {
    await promisify(execFile)(process.execPath, ['bin/hap-monitor.js', ...args]);
    print(haproxy.what, args, receiver.lines());
  } finally {
    await haproxy.stop();
    await receiver.stop();
  }
}

interface Source {
  readonly what: string;
  readonly socket: string;
  stop(): Promise<void>;
}

async function runReal(): Promise<Source> {
  const haproxy = await startHaproxy({ dir: directory });
  for (let request = 0; request < 40; request++) await haproxy.get('/');
  return { what: 'a real HAProxy, started for this demo, after 40 requests', ...haproxy };
}

/** For want of a real one; says why. */
async function playRecorded(error: Error): Promise<Source> {
  const socket = join(directory, 'haproxy.sock');
  const answers = ['info.txt', 'stat.csv'].map(file => readFileSync(`${RECORDED}/${file}`, 'utf8').trimEnd());
  const server = await serveAnswers(socket, `${answers.join('\n\n')}\n\n`);
  const [why] = error.message.split('\n');
  return { what: `the recorded answers of an HAProxy 2.6 (${why})`, socket, stop: server.stop };
}

function print(what: string, args: readonly string[], lines: readonly string[]): void {
  const example = lines.find(line => line.includes('.BACKEND.hrsp_2xx ')) ?? lines[0];
  console.log(`Read:     ${what}
Command:  hap-monitor ${args.join(' ')}
Arrived:  ${lines.length} datapoints in Graphite's plaintext protocol, for example
          ${example}

${renderTable(lines)}

Your own HAProxy (as root, or as a member of the group that may write to its stats socket):

  node bin/hap-monitor.js --sockets /run/haproxy/stats.sock --backend graphite.example.org --type G --dry-run

prints what would be sent. Without --dry-run it is sent; crontab.example has the line for cron.`);
}
