import { expect, onTestFinished, test } from 'vitest';
import { askForPage } from '../src/http.ts';
import { type Answer, serveAnswers } from '../tools/players/fake-haproxy.ts';

const HINT = 'is this the path?';

/** Asks a server for a page; resolves to the body, or to what is wrong without the page's name. */
async function ask(answer: Answer, scheme = 'http'): Promise<string> {
  const { port, stop } = await serveAnswers({ port: 0 }, answer);
  onTestFinished(stop);
  const url = `${scheme}://127.0.0.1:${port}/page`;
  const watch = () => ({ received: () => undefined });
  const asking = askForPage({ url, label: url }, { hint: HINT, watch, signal: AbortSignal.timeout(3000) });
  return await asking.then(String, ({ message }) => message.replace(`${url}: `, ''));
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc';
const NO_ANSWER = 'the connection was closed without an answer: if this port speaks TLS, say https://';

test.each<[string, string]>([
  [OK, 'abc'],
  ['HTTP/1.0 200 OK\r\n\r\nabc', 'abc'],
  [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${OK}`, 'abc'],
  ['HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc',
    'the connection was closed in the middle of the answer',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'the connection was closed in the middle of the answer',
  ],
  [
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    `answered 101 Switching Protocols: ${HINT}`,
  ],
  ['HTTP/1.1 204 No Content\r\n\r\n', `answered 204 No Content: ${HINT}`],
  [
    'HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n',
    `answered 302 Found to /elsewhere: ${HINT}`,
  ],
  ['HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n', `answered 500: ${HINT}`],
  [`HTTP/1.1 404 ${'x'.repeat(5000)}\r\n\r\n`, `answered 404 ${'x'.repeat(100)}: ${HINT}`],
  ['', NO_ANSWER],
  ['HTTP/1.1 100 Continue\r\n\r\n', NO_ANSWER],
  ['SSH-2.0-OpenSSH\r\n', 'answered "SSH-2.0-OpenSSH", which is not HTTP'],
  ['\x15\x03\x01\x00\x02\x02F', 'this port speaks TLS: say https:// instead of http://'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'the answer is damaged HTTP'],
  [
    `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
    'the headers of the answer are larger than 16 KiB, the limit',
  ],
])('%.60j comes to: %.60s', async (answer, outcome) => {
  expect(await ask(answer)).toBe(outcome);
});

test('an address of https where only http is spoken is told', async () => {
  const answer = await ask((_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'https');
  expect(answer).toBe('this port does not speak TLS: say http:// instead of https://');
});
