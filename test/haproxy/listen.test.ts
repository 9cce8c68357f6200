import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Refusal } from '../../src/haproxy/answer.ts';
import { listen, type Question, type Reply } from '../../src/haproxy/listen.ts';

/** A question whose right answer begins with `ok` and ends with an empty line. */
const QUESTION: Question<string> = {
  line: 'ask',
  beginning: 'ok',
  findRefusal: (bytes): Refusal | undefined =>
    'ok'.startsWith(bytes.toString('latin1', 0, 2)) ? undefined : { command: 'ask', text: String(bytes) },
  parse: bytes => {
    const text = String(bytes);
    if (!text.endsWith('end\n\n')) throw new Error('it is not whole');
    return text;
  },
};

function start(question = QUESTION) {
  const [settled, failed]: [Reply<string>[], unknown[]] = [[], []];
  const listener = listen(
    question,
    reply => settled.push(reply),
    error => failed.push(error),
  );
  const say = (text: string): void => listener.add(Buffer.from(text));
  return { ...listener, say, settled, failed };
}

test('an answer is whole when the peer ends', () => {
  const { say, end, settled, failed } = start();
  say('ok ');
  say('end\n\n');
  expect(settled).toEqual([]);
  end();
  expect(settled).toMatchObject([{ kind: 'answer', answer: 'ok end\n\n' }]);
  expect(failed).toEqual([]);
});

test('what is not whole when the peer ends is a failure, and a refusal is one', () => {
  const cut = start();
  cut.say('ok half\n\n');
  cut.end();
  expect(cut.failed.map(String)).toEqual(['Error: it is not whole']);
  const refused = start();
  refused.say('no');
  refused.end();
  expect(refused.settled).toEqual([{ kind: 'refusal', refusal: { command: 'ask', text: 'no' } }]);
});

test('of a peer that keeps the connection an answer is whole after a silence behind an empty line', async () => {
  const { say, settled, failed } = start();
  say('ok half\n\n');
  await sleep(60);
  expect([settled, failed]).toEqual([[], []]);
  say('end\n\n');
  await sleep(60);
  expect(settled).toMatchObject([{ answer: 'ok half\n\nend\n\n' }]);
});

test('the time of an answer is that of its first byte', async () => {
  const { say, end, settled } = start();
  say('ok');
  await sleep(30);
  say(' end\n\n');
  const before = performance.now();
  end();
  expect(settled[0]).toMatchObject({ answered: expect.any(Number) });
  const { answered } = settled[0] as { answered: number };
  expect(before - answered).toBeGreaterThan(25);
});

test('a peer that never pauses is parsed a few times at most, one that is stopped never', async () => {
  let parsed = 0;
  const question: Question<string> = {
    ...QUESTION,
    parse: () => {
      parsed++;
      throw new Error('not yet');
    },
  };
  const talker = start(question);
  for (let part = 0; part < 40; part++) {
    talker.say('ok\n\n');
    await sleep(25);
  }
  expect(parsed).toBeLessThanOrEqual(16);
  parsed = 0;
  const stopped = start(question);
  stopped.say('ok\n\n');
  stopped.stop();
  await sleep(40);
  expect(parsed).toBe(0);
});
