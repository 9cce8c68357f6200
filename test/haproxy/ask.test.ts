import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Asked, askInfo, askStatistics, askWorkers } from '../../src/haproxy/ask.ts';
import { makeRoom } from '../../src/haproxy/phases.ts';
import { recorded, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const INFO = 'Name: HAProxy\nPid: 7\n\n';
const STAT = '# pxname,svname,scur,\nweb,FRONTEND,1,\n\n';
const WORKERS = `#<PID>          <type>          <reloads>       <uptime>        <version>
1               master          0               0d00h01m05s     2.6.12
# workers
8               worker          0               0d00h01m05s     2.6.12
# old workers
# programs

`;

/** Asks a socket that gives this answer to whatever it is asked. */
async function ask<T>(answer: string, question: (conversation: Asked) => Promise<T>) {
  const path = join(await tempDir(), 's.sock');
  const { commands, stop } = await serveAnswers(path, answer);
  onTestFinished(stop);
  const reply = await question({
    endpoint: { kind: 'socket', label: `unix:${path}`, name: 's', address: { path } },
    addresses: [],
    limits: { retries: 0, connectTimeout: 500, interval: 50, total: 2000 },
    total: AbortSignal.timeout(2000),
    room: makeRoom(),
  });
  return { commands, reply };
}

test('both statistics are asked for in one line, of a worker with its prefix before each command', async () => {
  const { commands, reply } = await ask(recorded('2.6-p1'), askStatistics);
  expect(commands).toEqual(['show info;show stat']);
  if (reply.kind !== 'answer') throw new Error(`answered ${reply.refusal.text}`);
  expect(reply.answer.stat.length).toBe(56);
  const worker = await ask(INFO + STAT, conversation => askStatistics(conversation, '@!8 '));
  expect(worker.commands).toEqual(['@!8 show info;@!8 show stat']);
});

test('an answer to show info alone ends with its empty line', async () => {
  const { commands, reply } = await ask(INFO, conversation => askInfo(conversation, '@!8 '));
  expect(commands).toEqual(['@!8 show info']);
  expect(reply.kind === 'answer' && reply.answer.get('Pid')).toEqual({ text: '7', number: 7 });
  await expect(ask(INFO.slice(0, -1), conversation => askInfo(conversation, ''))).rejects.toThrow(
    new Error('the answer to show info was cut short after 21 bytes'),
  );
});

test('a master lists its workers', async () => {
  const { commands, reply } = await ask(WORKERS, askWorkers);
  expect(commands).toEqual(['show proc']);
  const current = [{ pid: '8', age: 65, number: '' }];
  expect(reply).toMatchObject({ kind: 'answer', answer: { current, old: [] } });
});

test.each([
  ['show info', askStatistics],
  ['show info', (conversation: Asked) => askInfo(conversation, '')],
  ['show proc', askWorkers],
])('words that are no answer are a refusal of %s', async (command, question) => {
  const { reply } = await ask<unknown>('Permission denied\n\n', question);
  expect(reply).toEqual({ kind: 'refusal', refusal: { command, text: 'Permission denied\n\n' } });
});

test('a refusal of show stat is one behind a description that looks like its answer, too', async () => {
  const info = 'Name: HAProxy\ndescription: "x\n\n# pxname,svname,"\n\n';
  const { reply } = await ask(`${info}Permission denied\n\n`, askStatistics);
  expect(reply).toEqual({
    kind: 'refusal',
    refusal: { command: 'show stat', text: 'Permission denied\n\n' },
  });
});
