import { Failure } from '../errors.ts';
import type { InfoValue, Snapshot } from '../types.ts';
import { describeRefusal } from './answer.ts';
import { type Asked, askInfo, askStatistics, askWorkers } from './ask.ts';
import type { Further } from './further.ts';
import type { Reply } from './listen.ts';
import { makeTurns } from './turns.ts';
import type { Worker, Workers } from './workers.ts';

/** Old workers asked at a time: a master's socket takes ten connections by default, and others may want one. */
const AT_ONCE = 4;

/**
 * Reads the current worker through the socket of its master (`haproxy -W -S`), and counts the workers that a reload left
 * behind: they end when their last connection does, and some never do. Throws a Failure when there is no worker, or several;
 * gives one when the master shows none, which asking again does not change.
 */
export async function readThroughMaster(
  conversation: Asked,
  readFurther: (prefix: string) => Promise<Further>,
): Promise<Snapshot | Failure> {
  const { endpoint } = conversation;
  const list = await askWorkers(conversation);
  if (list.kind === 'refusal') {
    const what = `${describeRefusal(list.refusal)}: this is the socket of a master, name the "stats socket" of its worker`;
    return new Failure('read', endpoint.label, what);
  }
  const workers = list.answer;
  const { pid } = chooseCurrent(conversation, workers);
  const { answered, answer } = expectReply(conversation, await askStatistics(conversation, prefixOf(pid)));
  const old = await measureOld(conversation, workers.old);
  const further = await readFurther(prefixOf(pid));
  return { endpoint, answered, ...answer, ...further, info: new Map([...answer.info, ...old]) };
}

/** While a worker starts, from HAProxy 3.1 on, the one that still serves is the older one. Those of `nbproc` serve all. */
function chooseCurrent({ endpoint }: Asked, { current }: Workers): Worker {
  if (new Set(current.map(({ number }) => number)).size > 1) {
    const what = `the master has ${current.length} workers that serve at once (nbproc): name the "stats socket" of each`;
    throw new Failure('read', endpoint.label, what);
  }
  const [oldest] = [...current].sort((a, b) => b.age - a.age);
  if (oldest !== undefined) return oldest;
  throw new Failure('read', endpoint.label, 'the master has no worker: does HAProxy start, or end?');
}

async function measureOld(
  conversation: Asked,
  old: readonly Worker[],
): Promise<readonly (readonly [string, InfoValue])[]> {
  const takeTurn = makeTurns(AT_ONCE);
  const connections = await Promise.all(
    old.map(({ pid }) => takeTurn(() => countConnections(conversation, pid))),
  );
  const left = old.filter((_, index) => connections[index] !== 'gone');
  const counted = connections.filter(count => typeof count === 'number');
  const figures: [string, number][] = [
    ['old_workers.count', left.length],
    ['old_workers.oldest_seconds', Math.max(0, ...left.map(({ age }) => age))],
  ];
  // A sum without those of a worker that hangs would be too small.
  if (counted.length === left.length) {
    figures.push(['old_workers.CurrConns', counted.reduce((sum, count) => sum + count, 0)]);
  }
  return figures.map(([name, number]) => [name, { text: String(number), number }]);
}

/** Of an old worker, which may end at any time, or hang. */
async function countConnections(conversation: Asked, pid: string): Promise<number | 'gone' | undefined> {
  try {
    const reply = await askInfo(conversation, prefixOf(pid));
    return reply.kind === 'answer' ? reply.answer.get('CurrConns')?.number : 'gone';
  } catch {
    return undefined;
  }
}

function prefixOf(pid: string): string {
  return `@!${pid} `;
}

/** A worker that has just ended is refused; the next try finds its successor. */
function expectReply<Answer>({ endpoint }: Asked, reply: Reply<Answer>) {
  if (reply.kind === 'answer') return reply;
  throw new Failure('read', endpoint.label, describeRefusal(reply.refusal));
}
