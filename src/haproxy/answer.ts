import type { Snapshot, StatTable } from '../types.ts';
import { parseInfo } from './info.ts';
import { parseStat } from './stat.ts';

/** What an answer to `show info` begins with. */
export const INFO_BEGINNING = 'Name: ';

/** What an answer to `show stat` begins with. */
export const STAT_BEGINNING = '# pxname,svname,';

/** Something else than the answer that was asked for. */
export interface Refusal {
  readonly command: string;
  /** The first 4,096 bytes of it. */
  readonly text: string;
}

/**
 * Takes apart what a stats socket answers to `show info;show stat`. Each answer ends with an empty line, which no answer holds otherwise
 * but in quotes (HAProxy management guide 9.3): one without it was cut, whatever else it looks like.
 * Throws an Error that says which answer is wrong and how.
 */
export function parseAnswers(bytes: Buffer): Pick<Snapshot, 'info' | 'stat' | 'bytes'> {
  const refusal = findRefusal(bytes);
  if (refusal !== undefined) throw new Error(describeRefusal(refusal));
  if (bytes.length === 0) throw new Error('no answer to show info');
  const answer = parseInfo(bytes);
  if (answer === undefined) throw cut('show info', bytes);

  const stat = bytes.subarray(answer.end);
  if (stat.length === 0) throw new Error('no answer to show stat');
  if (stat.subarray(-2).toString('latin1') !== '\n\n') throw cut('show stat', stat);
  return { info: answer.info, stat: parseTable(stat.subarray(0, -1), 'show stat'), bytes: bytes.length };
}

/**
 * The CSV of a stats page. It has no end mark, and before HAProxy 1.5 no length either: a page without a row was cut, and so
 * was one that ends with a server, since the BACKEND row of its proxy comes after the servers.
 */
export function parsePage(bytes: Buffer): Pick<Snapshot, 'info' | 'stat' | 'bytes'> {
  const refusal = findOther(bytes, STAT_BEGINNING, 'the request for CSV');
  if (refusal !== undefined) throw new Error(describeRefusal(refusal));
  if (bytes.length === 0) throw new Error('no answer to the request for CSV');
  if (bytes.length < STAT_BEGINNING.length) throw cut('the request for CSV', bytes);
  const stat = parseTable(bytes, 'the request for CSV');
  const last = stat.length - 1;
  if (last === -1 || stat.text(last, columnOf(stat, 'type')) === SERVER) {
    throw cut('the request for CSV', bytes);
  }
  return { info: new Map(), stat, bytes: bytes.length };
}

/** A server's `type`. */
const SERVER = '2';

/** What is said instead of the answers, as soon as that can be told; undefined as long as it may be the answers. */
export function findRefusal(bytes: Buffer): Refusal | undefined {
  const refusal = findOther(bytes, INFO_BEGINNING, 'show info');
  if (refusal !== undefined) return refusal;
  const end = parseInfo(bytes)?.end;
  return end === undefined ? undefined : findOther(bytes.subarray(end), STAT_BEGINNING, 'show stat');
}

export function findOther(answer: Buffer, beginning: string, command: string): Refusal | undefined {
  const isExpected = beginning.startsWith(answer.toString('latin1', 0, beginning.length));
  return isExpected ? undefined : { command, text: answer.toString('utf8', 0, 4096) };
}

/** The first words of it, and which address they ask for where that is known. */
export function describeRefusal({ command, text }: Refusal): string {
  const [line = ''] = text.trimStart().split(/\r?\n/);
  const hint = HINTS.find(([words]) => text.startsWith(words))?.[1] ?? '';
  return `answered ${JSON.stringify(line.slice(0, 80))} to ${command}${hint}`;
}

/** A master knows `show proc` and offers it to whom says something that it does not know. */
export function isMaster({ text }: Refusal): boolean {
  return /^\s*Unknown command/.test(text) && /^\s*show proc\b/m.test(text);
}

const HINTS: readonly (readonly [words: string, hint: string])[] = [
  ['HTTP/', '; for a stats page say http://'],
  ['\x15\x03', ': it speaks TLS; for a stats page say https://'],
];

export function parseTable(bytes: Buffer, command: string): StatTable {
  try {
    const stat = parseStat(bytes);
    refuseNameless(stat);
    return stat;
  } catch (error) {
    throw new Error(`the answer to ${command} is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

/** HAProxy writes no row without these, but 2.3.0 to 2.3.2 did in a race, with numbers of somewhere else in them. */
const NEVER_EMPTY = { pxname: 'proxy', svname: 'service', type: 'type' };

function refuseNameless(stat: StatTable): void {
  for (const [name, word] of Object.entries(NEVER_EMPTY)) {
    const column = columnOf(stat, name);
    if (column === -1) continue;
    for (let row = 0; row < stat.length; row++) {
      if (stat.text(row, column) === '') throw new Error(`row ${row + 1} has no ${word} (${name})`);
    }
  }
}

function columnOf({ columns }: StatTable, name: string): number {
  return columns.findIndex(column => column.name === name);
}

export function cut(command: string, answer: Buffer): Error {
  return new Error(`the answer to ${command} was cut short after ${answer.length} bytes`);
}
