import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Question } from '../../src/haproxy/listen.ts';
import { makeRoom, type Room } from '../../src/haproxy/phases.ts';
import { askSocket, type Conversation } from '../../src/haproxy/socket.ts';
import type { SocketEndpoint } from '../../src/types.ts';
import { type Answer, serveAnswers } from '../../tools/players/fake-haproxy.ts';
import { freePort, waitFor } from '../../tools/players/process.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** A question whose right answer begins with `ok` and ends with an empty line. */
const QUESTION: Question<string> = {
  line: 'ask',
  beginning: 'ok',
  findRefusal: bytes =>
    'ok'.startsWith(bytes.toString('latin1', 0, 2)) ? undefined : { command: 'ask', text: String(bytes) },
  parse: bytes => {
    if (!String(bytes).endsWith('\n\n')) throw new Error('it is not whole');
    return String(bytes);
  },
};

function conversation(
  address: SocketEndpoint['address'],
  own: Partial<Conversation<SocketEndpoint>> = {},
): Conversation<SocketEndpoint> {
  return {
    endpoint: { kind: 'socket', label: 'LABEL', name: 's', address },
    addresses: 'host' in address ? [address.host] : [],
    limits: { retries: 0, connectTimeout: 500, interval: 50, total: 2000 },
    total: new AbortController().signal,
    room: makeRoom(),
    ...own,
  };
}

/** Serves answers on a unix socket; gives its path and the lines that it was asked. */
async function serve(answer: Answer) {
  const path = join(await tempDir(), 's.sock');
  const { commands, stop } = await serveAnswers(path, answer);
  onTestFinished(stop);
  return { path, commands };
}

test('a line is asked, and the whole answer is there, over a path as over TCP', async () => {
  const { path, commands } = await serve('ok end\n\n');
  expect(await askSocket(conversation({ path }), QUESTION)).toMatchObject({
    kind: 'answer',
    answer: 'ok end\n\n',
  });
  expect(commands).toEqual(['ask']);
  const { port, stop } = await serveAnswers({ port: 0 }, 'ok end\n\n');
  onTestFinished(stop);
  const reply = await askSocket(conversation({ host: '127.0.0.1', port }), QUESTION);
  expect(reply).toMatchObject({ answer: 'ok end\n\n' });
});

test('of several addresses the first that accepts is asked', async () => {
  const { port, stop } = await serveAnswers({ port: 0 }, 'ok end\n\n');
  onTestFinished(stop);
  const addresses = ['127.0.0.2', '127.0.0.1'];
  const reply = await askSocket(conversation({ host: 'two', port }, { addresses }), QUESTION);
  expect(reply).toMatchObject({ answer: 'ok end\n\n' });
});

test('a peer that keeps the connection is left once its answer is whole', async () => {
  let isLeft = false;
  const { path } = await serve((_command, socket) => {
    socket.on('close', () => {
      isLeft = true;
    });
    socket.write('ok end\n\n');
  });
  const { signal: total } = new AbortController();
  await askSocket(conversation({ path }, { total }), QUESTION);
  await waitFor(() => isLeft, 'the connection to be left');
  await waitFor(() => getEventListeners(total, 'abort').length === 0, 'no listener');
});

test('an answer that is cut, and a peer that is not there, are errors as they come', async () => {
  const { path } = await serve('ok');
  await expect(askSocket(conversation({ path }), QUESTION)).rejects.toThrow(new Error('it is not whole'));
  await expect(askSocket(conversation({ path: '/none.sock' }), QUESTION)).rejects.toMatchObject({
    code: 'ENOENT',
  });
  const closed = conversation({ host: '127.0.0.1', port: await freePort() });
  await expect(askSocket(closed, QUESTION)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('the end of the total time says what had come', async () => {
  const { path } = await serve((_command, socket) => void socket.write('ok so far'));
  const total = new AbortController();
  setTimeout(() => total.abort(), 100);
  await expect(askSocket(conversation({ path }, { total: total.signal }), QUESTION)).rejects.toMatchObject({
    code: 'read',
    message: 'LABEL: only 9 bytes of the answer within 2 s (pull-timeout)',
  });
});

test('bytes are taken from the room of all answers', async () => {
  const { path } = await serve(`ok${'x'.repeat(2 ** 20)}\n\n`);
  const room: Room = { left: 10 };
  await askSocket(conversation({ path }, { room }), QUESTION);
  expect(room.left).toBe(6);
  const full = conversation({ path }, { room: { left: 3 } });
  await expect(askSocket(full, QUESTION)).rejects.toThrow(
    'LABEL: the answers of all endpoints are larger than 128 MiB',
  );
});
