import { readFileSync } from 'node:fs';

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
