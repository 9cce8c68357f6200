import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../clock.ts';
import type { Connection } from '../../connect.ts';
import { seconds } from '../../errors.ts';
import type { SendLimits } from '../../plan.ts';
import type { Packet } from '../../types.ts';

/** Milliseconds beside two round trips in which a proxy without a server hangs up. */
const SETTLING = 5;

/**
 * Sends all packets, closes its own direction, and waits until the receiver closes too. Returns whether the receiver is known
 * to have read every byte; false if its socket cannot be seen from here, or without `countUnread`, which returns the bytes
 * that it has yet to read, or undefined. Throws an Error for everything else that happens.
 */
export async function converse(
  { socket, roundTrip }: Connection,
  packets: Iterable<Packet>,
  limits: SendLimits,
  countUnread?: () => number | undefined,
): Promise<boolean> {
  const settled = now() + 2 * roundTrip + SETTLING;
  const closed = once(socket, 'close');
  closed.catch(() => undefined); // it is awaited last; an error before then is seen by what is awaited first
  socket.on('data', (said: Buffer) => socket.destroy(new Error(quoteAnswer(said))));
  const onEnd = (): void => {
    if (!socket.writableEnded) socket.destroy(new Error('the connection was closed before all was sent'));
  };
  socket.on('end', onEnd);
  if (socket.readableEnded) onEnd(); // since TLS was agreed upon
  // The socket's own timeout sees progress inside of a write, too.
  socket.setTimeout(limits.writeTimeout, () => {
    socket.destroy(new Error(`no progress in sending for ${seconds(limits.writeTimeout)} (write-timeout)`));
  });
  for (const packet of packets) await write(socket, packet);
  socket.setTimeout(0);

  const isRead =
    countUnread !== undefined && (await waitForReader(socket, countUnread, limits.confirmTimeout));
  // A proxy whose server is down accepts, and closes without having read: its close must not be taken for ours.
  await sleep(Math.max(0, settled - now()));
  await setImmediate(); // a close that came while this process was busy is only seen when the sockets are looked at
  if (socket.errored) throw socket.errored;
  socket.end();
  if (limits.confirm === 'close') await waitForClose(socket, closed, limits.confirmTimeout, isRead);
  return isRead;
}

/** The first line in printable characters, as many as a message has room for. */
function quoteAnswer(said: Buffer): string {
  const [line = ''] = said
    .toString('latin1', 0, 400)
    .trimStart()
    .split(/[\r\n]/);
  const words = line
    .replace(/[^!-~]+/g, ' ')
    .trim()
    .slice(0, 80);
  return `what listens there answered "${words}", which no receiver of metrics does: is the port right?`;
}

function write(socket: Socket, packet: Packet): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(packet, error => (error ? reject(socket.errored ?? error) : resolve()));
  });
}

/**
 * Waits until a receiver on this host has read all, before we say that it is all: from then on its closing with something
 * unread would look as if it had read it. False where its socket is not to be seen.
 */
async function waitForReader(
  socket: Socket,
  countUnread: () => number | undefined,
  limit: number,
): Promise<boolean> {
  const until = now() + limit;
  let last: number | undefined; // what was unread when its row was last seen
  for (let look = 1, pause = 5; ; look++, pause = Math.min(2 * pause, 100)) {
    const unread = countUnread();
    if (unread === 0) return true;
    last = unread ?? last;
    if (last === undefined) {
      if (look === LOOKS) return false;
    } else if (now() > until) {
      const what = `the receiver did not read the last ${last} bytes within ${seconds(limit)} (confirm-timeout)`;
      throw new Error(`${what}: it hangs or is too slow`);
    }
    await sleep(pause);
    if (socket.errored) throw socket.errored;
  }
}

/** Looks for a row that was never seen: one alone may miss it. One that was seen is there until the connection has an error. */
const LOOKS = 2;

async function waitForClose(
  socket: Socket,
  closed: Promise<unknown>,
  limit: number,
  isRead: boolean,
): Promise<void> {
  const missed = `did not close the connection within ${seconds(limit)} (confirm-timeout)`;
  const what = isRead
    ? `the receiver read all, but ${missed}; if it never closes: --confirm sent`
    : `all was sent, but the receiver ${missed}: it hangs or is too slow; only if it reads all and never closes: --confirm sent`;
  const clock = setTimeout(() => socket.destroy(new Error(what)), limit);
  try {
    await closed;
  } finally {
    clearTimeout(clock);
  }
}
