import { asFailure, Failure } from '../errors.ts';
import type { Snapshot, StickTable } from '../types.ts';
import { cut, describeRefusal, findOther, parseTable, STAT_BEGINNING } from './answer.ts';
import type { Asked } from './ask.ts';
import type { Question } from './listen.ts';
import { askSocket } from './socket.ts';

/** The answers to optional commands. */
export type Further = Pick<Snapshot, 'resolvers' | 'tables'>;

const QUESTIONS: { readonly [Name in keyof Further]-?: Question<NonNullable<Further[Name]>> } = {
  resolvers: {
    line: 'show stat domain resolvers',
    beginning: '# id,',
    findRefusal: bytes => findOther(bytes, '# id,', 'show stat domain resolvers'),
    parse: bytes => parseTable(withoutEnd(bytes, 'show stat domain resolvers'), 'show stat domain resolvers'),
  },
  tables: {
    line: 'show table',
    beginning: '# table: ',
    findRefusal: bytes => (isEmpty(bytes) ? undefined : findOther(bytes, '# table: ', 'show table')),
    parse: parseStickTables,
  },
};

/**
 * Asks all the named optional questions at the same time, and resolves to the answers that came; never rejects. If one is
 * refused or fails, its answer is left out, and `fail` is called with the reason; one that HAProxy before 2.3 does not know
 * is left out silently. `prefix` comes before each command and tells a master which worker is meant.
 */
export async function askFurther(
  conversation: Asked,
  names: readonly (keyof Further)[],
  fail: (failure: Failure) => void,
  prefix = '',
): Promise<Further> {
  const answers = names.map(async name => {
    try {
      const { line, ...question }: Question<unknown> = QUESTIONS[name];
      const reply = await askSocket(conversation, { ...question, line: prefix + line });
      if (reply.kind === 'answer') return [[name, reply.answer]];
      // HAProxy before 2.3 has no domains, and shows all statistics.
      if (reply.refusal.text.startsWith(STAT_BEGINNING)) return [];
      fail(new Failure('read', conversation.endpoint.label, describeRefusal(reply.refusal)));
    } catch (error) {
      fail(asFailure(error, 'read', conversation.endpoint.label));
    }
    return [];
  });
  return Object.fromEntries((await Promise.all(answers)).flat());
}

/** Parses one line a table: `# table: web, type: ip, size:102400, used:5`. */
function parseStickTables(bytes: Buffer): readonly StickTable[] {
  const lines = withoutEnd(bytes, 'show table')
    .toString()
    .split('\n')
    .filter(line => line !== '');
  return lines.map(line => {
    const [, name = '', size, used] = /^# table: (.*), type: .*, size:(\d+), used:(\d+)/.exec(line) ?? [];
    if (name === '')
      throw new Error(`the answer to show table is damaged: ${JSON.stringify(line.slice(0, 80))}`);
    return { name, size: Number(size), used: Number(used) };
  });
}

function withoutEnd(bytes: Buffer, command: string): Buffer {
  if (!isEmpty(bytes) && bytes.subarray(-2).toString('latin1') !== '\n\n') throw cut(command, bytes);
  return bytes.subarray(0, -1);
}

/** HAProxy ends an empty list with a line as well: an answer without a byte was cut. */
function isEmpty(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 2) === '\n';
}
