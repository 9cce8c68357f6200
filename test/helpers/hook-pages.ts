import { readFileSync } from 'node:fs';
import type { HookApplication } from '../../src/hook/application.ts';
import { readDirectory } from '../../src/hook/gunicorn/directory.ts';
import { type PrometheusPage, parsePrometheus } from '../../src/hook/prometheus/text.ts';
import { limitDirectory } from '../../src/hook/source/directory.ts';
import { openUntrusted } from '../../src/hook/source/untrusted-file.ts';

/** A recorded page as it came over the wire: with HTTP's head where it was recorded too. */
export function recordedAnswer(file: string): Buffer {
  return readFileSync(new URL(`../fixtures/hook/${file}`, import.meta.url));
}

/** The body of a recorded page. */
export function recordedPage(file: string): string {
  return recordedAnswer(file)
    .toString()
    .replace(/^HTTP\/[\s\S]*?\r\n\r\n/, '');
}

/** Standard input, where nobody asks for it. */
export const noStdin = (): never => {
  throw new Error('standard input was asked for');
};

/** For work that need not leave others their turn. */
export const noTurn = (): undefined => undefined;

/** Reads a page in one go. */
export async function parsePage(text: string): Promise<PrometheusPage> {
  return await parsePrometheus(text, noTurn);
}

/** Reads a directory of hook_stats.py as it is at a time in seconds since the epoch. */
export async function readHookDirectory(path: string, now: number): Promise<readonly HookApplication[]> {
  const { fd } = await openUntrusted(path);
  return await readDirectory(() => limitDirectory(path, fd), now * 1000, noTurn);
}
