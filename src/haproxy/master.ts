import { Failure } from '../errors.ts';
import type { InfoValue, Snapshot } from '../types.ts';
import { describeRefusal } from './answer.ts';
import { type Asked, askInfo, askStatistics, askWorkers } from './ask.ts';
import type { Further } from './further.ts';
import type { Reply } from './listen.ts';
import { makeTurns } from './turns.ts';
import type { Worker, Workers } from './workers.ts';

/** Old workers to ask at a time: a master's socket takes ten connections by default, and others may want one. */
const AT_ONCE = 4;

/**
 * Reads the current worker through the socket of its master (`haproxy -W -S`), and counts the workers that a reload left behind:
 * they end with their last connection, and some never do. Throws a Failure if there is no worker, or several. Returns a Failure if
 * the master refuses to list its workers, since it would refuse again.
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

/** Chooses the oldest: from HAProxy 3.1 on the older one still serves while a new one starts. Workers of `nbproc` all serve. */
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
  // Without the connections of a worker that hangs the sum would be too small.
  if (counted.length === left.length) {
    figures.push(['old_workers.CurrConns', counted.reduce((sum, count) => sum + count, 0)]);
  }
  return figures.map(([name, number]) => [name, { text: String(number), number }]);
}

/** Asks an old worker for its connections; it may end at any time, or hang (undefined). */
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

/** Takes an answer; throws a Failure for a worker that has just ended, so that the next attempt finds its successor. */
function expectReply<Answer>({ endpoint }: Asked, reply: Reply<Answer>) {
  if (reply.kind === 'answer') return reply;
  throw new Failure('read', endpoint.label, describeRefusal(reply.refusal));
}
