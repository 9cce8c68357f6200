import { join } from 'node:path';
import type { Histograms } from '../types.ts';
import { parseFormat, toList } from './format.ts';
import { readPrivate, replacePrivate } from './private-file.ts';

const FORMAT = 'hap-monitor histograms 1';
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads the histograms that an earlier run stored in a spool; undefined before the first. Throws an Error in words if the
 * file cannot be read or is damaged.
 */
export function recallHistograms(spool: string): Histograms | undefined {
  const bytes = readPrivate(pathIn(spool), MOST_BYTES);
  return bytes === undefined ? undefined : parse(bytes.toString());
}

/**
 * Stores histograms for the next run, if not all fit the last ones; does nothing if another run is storing its own. Throws an
 * Error if the file cannot be written.
 */
export function rememberHistograms(spool: string, histograms: Histograms): void {
  const entries = Array.from(
    histograms,
    ([key, buckets]) =>
      JSON.stringify([key, Array.from(buckets, ([bound, count]) => [String(bound), count])]), // JSON has no infinity
  );
  let size = 100;
  const kept = entries.reverse().filter(entry => {
    size += Buffer.byteLength(entry) + 1;
    return size < MOST_BYTES;
  });
  replacePrivate(pathIn(spool), `{"format":"${FORMAT}","histograms":[${kept.reverse().join()}]}\n`);
}

function pathIn(spool: string): string {
  return join(spool, 'histograms.json');
}

function parse(text: string): Histograms {
  return new Map(
    toList(parseFormat(text, FORMAT).histograms).map(entry => {
      const [key, buckets] = toList(entry);
      return [String(key), new Map(toList(buckets).map(toBucket))];
    }),
  );
}

function toBucket(value: unknown): readonly [bound: number, count: number] {
  const [bound, count] = toList(value).map(Number);
  if (bound !== undefined && count !== undefined && !Number.isNaN(bound + count)) return [bound, count];
  throw new Error('it holds no bucket where one should be');
}
