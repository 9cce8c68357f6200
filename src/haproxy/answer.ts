import type { Snapshot } from '../types.ts';
import { parseInfo } from './info.ts';
import { parseStat } from './stat.ts';

/** Both commands in one go: HAProxy answers them over one connection and closes it. */
export const COMMANDS = 'show info;show stat';

/** Bytes. HAProxy 3.5 writes some 4,000. */
const LONGEST_INFO = 65_536;

/**
 * Takes apart what a stats socket answers to COMMANDS. Each answer ends with an empty line, which no answer
 * holds otherwise (HAProxy management guide 9.3): one without it was cut, whatever else it looks like.
 * Throws an Error that says which answer is wrong and how.
 */
export function parseAnswers(bytes: Buffer): Pick<Snapshot, 'info' | 'stat'> {
  const infoEnd = bytes.indexOf('\n\n');
  expect(bytes, 'Name: ', 'show info');
  if (infoEnd === -1) throw cut('show info', bytes);
  if (infoEnd > LONGEST_INFO)
    throw new Error(`the answer to show info is longer than ${LONGEST_INFO} bytes: this is not HAProxy`);
  const info = parseInfo(bytes.toString('utf8', 0, infoEnd));

  const stat = bytes.subarray(infoEnd + 2);
  expect(stat, '# pxname,svname,', 'show stat');
  if (stat.subarray(-2).toString('latin1') !== '\n\n') throw cut('show stat', stat);
  return { info, stat: parseTable(stat.subarray(0, -1), 'show stat') };
}

/** The CSV of a stats page. It ends with the last row; the HTTP client sees to it that it is whole. */
export function parsePage(bytes: Buffer): Pick<Snapshot, 'info' | 'stat'> {
  expect(bytes, '# pxname,svname,', 'the request for CSV');
  return { info: new Map(), stat: parseTable(bytes, 'the request for CSV') };
}

function expect(answer: Buffer, beginning: string, command: string): void {
  if (answer.length === 0) throw new Error(`no answer to ${command}`);
  if (answer.toString('latin1', 0, beginning.length) === beginning) return;
  if (beginning.startsWith(answer.toString('latin1'))) throw cut(command, answer);
  const [line = ''] = answer.toString('utf8', 0, 200).trimStart().split(/\r?\n/);
  const hint = line.startsWith('HTTP/') ? '; for a stats page say http://' : '';
  throw new Error(`answered ${JSON.stringify(line.slice(0, 80))} to ${command}${hint}`);
}

function parseTable(bytes: Buffer, command: string): Snapshot['stat'] {
  try {
    return parseStat(bytes);
  } catch (error) {
    throw new Error(`the answer to ${command} is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

function cut(command: string, answer: Buffer): Error {
  return new Error(`the answer to ${command} was cut short after ${answer.length} bytes`);
}
