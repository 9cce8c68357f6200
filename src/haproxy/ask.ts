import type { Snapshot, SocketEndpoint } from '../types.ts';
import { cut, findOther, findRefusal, INFO_BEGINNING, parseAnswers } from './answer.ts';
import { parseInfo } from './info.ts';
import type { Reply } from './listen.ts';
import { askSocket, type Conversation } from './socket.ts';
import { parseWorkers, WORKERS_BEGINNING, type Workers } from './workers.ts';

/** A conversation with a stats socket or a master. */
export type Asked = Conversation<SocketEndpoint>;

/**
 * Asks for `show info` and `show stat` at once: HAProxy answers both over one connection and closes it. `prefix` comes before
 * each command and tells a master which worker is meant (management guide 11.2).
 */
export async function askStatistics(
  conversation: Asked,
  prefix = '',
): Promise<Reply<Pick<Snapshot, 'info' | 'stat' | 'bytes'>>> {
  return await askSocket(conversation, {
    line: ['show info', 'show stat'].map(command => prefix + command).join(';'),
    beginning: INFO_BEGINNING,
    findRefusal,
    parse: parseAnswers,
  });
}

/** Asks for `show info` alone; `prefix` comes before the command and tells a master which worker is meant. */
export async function askInfo(conversation: Asked, prefix: string): Promise<Reply<Snapshot['info']>> {
  return await askSocket(conversation, {
    line: `${prefix}show info`,
    beginning: INFO_BEGINNING,
    findRefusal: bytes => findOther(bytes, INFO_BEGINNING, 'show info'),
    parse: bytes => {
      const answer = parseInfo(bytes);
      if (answer === undefined) throw cut('show info', bytes);
      return answer.info;
    },
  });
}

/** Asks a master for the list of its workers. */
export async function askWorkers(conversation: Asked): Promise<Reply<Workers>> {
  return await askSocket(conversation, {
    line: 'show proc',
    beginning: WORKERS_BEGINNING,
    findRefusal: bytes => findOther(bytes, WORKERS_BEGINNING, 'show proc'),
    parse: parseWorkers,
  });
}
