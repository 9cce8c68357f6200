import { join } from 'node:path';
import type { NumberedWorker } from '../types.ts';
import { parseFormat, toList } from './format.ts';
import { readPrivate, replacePrivate } from './private-file.ts';

const FORMAT = 'hap-monitor workers 1';
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads the workers that an earlier run stored in a spool, each with the number that it got; an empty list before the first.
 * Throws an Error in words if the file cannot be read or is damaged.
 */
export function recallWorkers(spool: string): readonly NumberedWorker[] {
  const bytes = readPrivate(pathIn(spool), MOST_BYTES);
  return bytes === undefined ? [] : parse(bytes.toString());
}

/**
 * Stores the workers with their numbers for the next run; does nothing if another run is storing its own. Throws an Error if
 * there are more than fit, or if the file cannot be written.
 */
export function rememberWorkers(spool: string, workers: readonly NumberedWorker[]): void {
  const list = workers.map(({ app, source, id, number }) => [app ?? null, source, id, number]);
  const text = `${JSON.stringify({ format: FORMAT, workers: list })}\n`;
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new Error(`they take more than ${MOST_BYTES} bytes, the limit`);
  replacePrivate(pathIn(spool), text);
}

function pathIn(spool: string): string {
  return join(spool, 'workers.json');
}

function parse(text: string): readonly NumberedWorker[] {
  return toList(parseFormat(text, FORMAT).workers).map(toWorker);
}

function toWorker(value: unknown): NumberedWorker {
  const [app, source, id, number]: readonly unknown[] = Array.isArray(value) ? value : [];
  const isNamed = (app === null || typeof app === 'string') && typeof source === 'string';
  if (
    isNamed &&
    typeof id === 'string' &&
    typeof number === 'number' &&
    Number.isSafeInteger(number) &&
    number >= 0
  )
    return { app: app ?? undefined, source, id, number };
  throw new Error('it holds no worker where one should be');
}
