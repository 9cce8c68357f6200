import type { Snapshot, StatTable } from '../types.ts';
import { parseInfo } from './info.ts';
import { parseStat } from './stat.ts';

/** The beginning of every answer to `show info`. */
export const INFO_BEGINNING = 'Name: ';

/** The beginning of every answer to `show stat`. */
export const STAT_BEGINNING = '# pxname,svname,';

/** An answer that is not the one asked for. */
export interface Refusal {
  readonly command: string;
  /** Its first 4,096 bytes. */
  readonly text: string;
}

/**
 * Parses a stats socket's answer to `show info;show stat`. Each part ends with an empty line, and holds one elsewhere only in
 * quotes (HAProxy management guide 9.3): a part without it was cut, however whole it looks. Throws an Error that says which part
 * is wrong and how.
 */
export function parseAnswers(bytes: Buffer): Pick<Snapshot, 'info' | 'stat' | 'bytes'> {
  refuseOther(bytes, INFO_BEGINNING, 'show info');
  if (bytes.length === 0) throw new Error('no answer to show info');
  const answer = parseInfo(bytes);
  if (answer === undefined) throw cut('show info', bytes);

  const stat = bytes.subarray(answer.end);
  refuseOther(stat, STAT_BEGINNING, 'show stat');
  if (stat.length === 0) throw new Error('no answer to show stat');
  if (stat.subarray(-2).toString('latin1') !== '\n\n') throw cut('show stat', stat);
  return { info: answer.info, stat: parseTable(stat.subarray(0, -1), 'show stat'), bytes: bytes.length };
}

/**
 * Parses the CSV of a stats page. Throws an Error if it is not whole: it has no end mark, and before HAProxy 1.5 no length
 * either, so a page without a row counts as cut, and one that ends with a server, since the BACKEND row of its proxy comes
 * after the servers.
 */
export function parsePage(bytes: Buffer): Pick<Snapshot, 'info' | 'stat' | 'bytes'> {
  refuseOther(bytes, STAT_BEGINNING, 'the request for CSV');
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

/** Returns the refusal if these first bytes of an answer are one; undefined as long as they may be the answers. */
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

function refuseOther(answer: Buffer, beginning: string, command: string): void {
  const refusal = findOther(answer, beginning, command);
  if (refusal !== undefined) throw new Error(describeRefusal(refusal));
}

/** Describes a refusal by its first words and, if these tell it, says which address is the right one. */
export function describeRefusal({ command, text }: Refusal): string {
  const [line = ''] = text.trimStart().split(/\r?\n/);
  const hint = HINTS.find(([words]) => text.startsWith(words))?.[1] ?? '';
  return `answered ${JSON.stringify(line.slice(0, 80))} to ${command}${hint}`;
}

/** Whether it was a master that refused: it offers `show proc` in answer to commands that it does not know. */
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

/** Refuses rows without names: only HAProxy 2.3.0 to 2.3.2 write them, in a race, with numbers of something else. */
const NEVER_EMPTY = { pxname: 'proxy', svname: 'service', type: 'type' };

function refuseNameless(stat: StatTable): void {
  for (const [name, word] of Object.entries(NEVER_EMPTY)) {
    const column = columnOf(stat, name);
    if (column === -1) continue;
    const row = stat.findEmpty(column);
    if (row !== -1) throw new Error(`row ${row + 1} has no ${word} (${name})`);
  }
}

function columnOf({ columns }: StatTable, name: string): number {
  return columns.findIndex(column => column.name === name);
}

export function cut(command: string, answer: Buffer): Error {
  return new Error(`the answer to ${command} was cut short after ${answer.length} bytes`);
}
